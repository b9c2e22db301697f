/** What the fake engine shows of a picture: the requests of the contract, answered with waves. */
import type { Frames, FramesRequest } from '../contract/clip';
import type { DecodeRequest, Pixels } from '../contract/engine';
import { readDecodeRequest, readFramesRequest } from '../contract/requests';
import { FAKE_MANIFEST } from './fake-manifest';
import type { FakePicture } from './fake-picture';
import { fakeMoment, fakePixels } from './fake-pixels';

/** @throws {EngineError} BadRequest */
export function fakeFrame({ traits, levelsDone }: FakePicture, request: DecodeRequest): Pixels {
  const viewed = { grid: traits.grid, levelsDone };
  const place = readDecodeRequest(request, viewed, FAKE_MANIFEST.config.kt);
  return fakePixels(traits, request.levels, request.sizePx, fakeMoment(place, traits.grid));
}

/** @throws {EngineError} BadRequest */
export function fakeFrames({ traits, levelsDone }: FakePicture, request: FramesRequest): Frames {
  const viewed = { grid: traits.grid, levelsDone };
  const { fps, places } = readFramesRequest(request, viewed, FAKE_MANIFEST.config);
  const frames = places.map((place) =>
    fakePixels(traits, request.levels, request.sizePx, fakeMoment(place, traits.grid)),
  );
  const { width, height, rgba } = frames[0]!;
  const all = new Uint8ClampedArray(frames.length * rgba.length);
  frames.forEach((frame, i) => all.set(frame.rgba, i * rgba.length));
  return { fps, frameCount: frames.length, width, height, rgba: all };
}
