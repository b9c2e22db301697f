/** What the fake engine shows of a picture: the requests of the contract, answered with waves. */
import type { Frames, FramesRequest } from '../contract/clip';
import type { DecodeRequest, Pixels } from '../contract/engine';
import type { Grid, PatchRange } from '../contract/grid';
import { sizeForShortSide } from '../contract/grid';
import { readDecodeRequest, readFramesRequest } from '../contract/requests';
import { FAKE_MANIFEST } from './fake-manifest';
import type { FakePicture } from './fake-picture';
import { fakeMoment, fakePixels } from './fake-pixels';

/** @throws {EngineError} BadRequest */
export function fakeFrame({ traits, levelsDone }: FakePicture, request: DecodeRequest): Pixels {
  const viewed = { grid: traits.grid, levelsDone };
  const place = readDecodeRequest(request, viewed, FAKE_MANIFEST.config.kt);
  const whole = fakePixels(traits, request.levels, request.sizePx, fakeMoment(place, traits.grid));
  return request.patches === undefined ? whole : patchesOf(whole, request.patches, traits.grid);
}

function patchesOf({ width, rgba }: Pixels, patches: PatchRange, { gw }: Grid): Pixels {
  const p = width / gw;
  const [left, right] = [patches.fromColumn * p, patches.toColumn * p];
  const [top, bottom] = [patches.fromRow * p, patches.toRow * p];
  const cut = new Uint8ClampedArray((bottom - top) * (right - left) * 4);
  for (let y = top; y < bottom; y += 1) {
    const row = rgba.subarray((y * width + left) * 4, (y * width + right) * 4);
    cut.set(row, (y - top) * row.length);
  }
  return { width: right - left, height: bottom - top, rgba: cut };
}

/** @throws {EngineError} BadRequest */
export function fakeFrames({ traits, levelsDone }: FakePicture, request: FramesRequest): Frames {
  const viewed = { grid: traits.grid, levelsDone };
  const { fps, places } = readFramesRequest(request, viewed, FAKE_MANIFEST.config);
  const frames = places.map((place) =>
    fakePixels(traits, request.levels, request.sizePx, fakeMoment(place, traits.grid)),
  );
  const { widthPx: width, heightPx: height } = sizeForShortSide(traits.grid, request.sizePx);
  const frameBytes = width * height * 4;
  const rgba = new Uint8ClampedArray(frames.length * frameBytes);
  frames.forEach((frame, i) => rgba.set(frame.rgba, i * frameBytes));
  return { fps, frameCount: frames.length, width, height, rgba };
}
