/** Decodes a kept picture and writes it: an image as PNG, a clip in the format that its name asks for. */
import { writeFile } from 'node:fs/promises';
import type { PictureInfo } from '../src/contract/engine';
import { EngineError } from '../src/contract/engine-error';
import { framesPerSegment, isClip } from '../src/contract/clip';
import type { ModelConfig } from '../src/contract/model-config';
import type { WorkerApi } from '../src/contract/worker-api';
import type { ClipWriter } from './clip-writer';
import { encodePng, openClipWriter } from './clip-writer';
import { formatOf } from './out-format';

/** Frames decoded before they are handed to the file: so many are in memory. */
const CHUNK_FRAMES = 8;

const PIXELS_JOB = 3;

/** What to write of a picture, and where. */
export interface PictureView {
  readonly levels: number;
  readonly sizePx: number;
  /** Null: what the model recommends. */
  readonly fps: number | null;
  readonly out: string;
}

/** What was written. */
export interface Written {
  /** Of decoding alone. */
  readonly decodeMs: number;
  /** 0 for an image. */
  readonly fps: number;
  readonly frameCount: number;
}

/**
 * The rate that a clip is written at.
 *
 * @throws {EngineError} BadRequest when the model has no such rate
 */
export function outputFps(fps: number | null, { kt, video }: ModelConfig): number {
  const wanted = fps ?? video?.fps ?? kt;
  framesPerSegment(wanted, kt);
  return wanted;
}

/** @throws {EngineError} BadRequest when an image is to become a clip's file */
export function assertFits(
  { grid }: PictureInfo,
  { out, fps }: Pick<PictureView, 'out' | 'fps'>,
): void {
  if (isClip(grid) || (formatOf(out) === 'png' && fps === null)) return;
  throw new EngineError(
    'BadRequest',
    `The picture is an image: it has no frames, found ${fps === null ? `--out ${out}` : `--fps ${fps}`}. Write it to a .png file, or generate with --mode video.`,
  );
}

/**
 * Writes the picture.
 *
 * @throws {EngineError} BadRequest when an image is to become a clip's file, Cancelled when it was interrupted
 */
export async function writePicture(
  { core, config }: { readonly core: WorkerApi; readonly config: ModelConfig },
  picture: PictureInfo,
  view: PictureView,
  onInterrupt: (listener: () => void) => void,
): Promise<Written> {
  assertFits(picture, view);
  if (isClip(picture.grid)) {
    onInterrupt(() => void core.cancel(PIXELS_JOB));
    return await writeClip({ core, config }, picture, view);
  }
  const startMs = performance.now();
  const { levels, sizePx } = view;
  const pixels = await core.readPixels(PIXELS_JOB, picture.pictureId, { levels, sizePx });
  const decodeMs = performance.now() - startMs;
  await writeFile(view.out, encodePng(pixels.rgba, pixels));
  return { decodeMs, fps: 0, frameCount: 1 };
}

async function writeClip(
  { core, config }: { readonly core: WorkerApi; readonly config: ModelConfig },
  { pictureId, grid }: PictureInfo,
  { levels, sizePx, fps: wantedFps, out }: PictureView,
): Promise<Written> {
  const fps = outputFps(wantedFps, config);
  const frameCount = grid.gt * framesPerSegment(fps, config.kt);
  let writer: ClipWriter | null = null;
  let decodeMs = 0;
  for (let from = 0; from < frameCount; from += CHUNK_FRAMES) {
    const frames = { from, to: Math.min(frameCount, from + CHUNK_FRAMES) };
    const startMs = performance.now();
    const view = { levels, sizePx, fps, frames };
    const chunk = await core.readFrames(PIXELS_JOB, pictureId, view);
    decodeMs += performance.now() - startMs;
    writer ??= await openClipWriter(out, chunk);
    const frameBytes = chunk.width * chunk.height * 4;
    for (let i = 0; i < chunk.frameCount; i += 1) {
      await writer.add(chunk.rgba.subarray(i * frameBytes, (i + 1) * frameBytes));
    }
  }
  await writer!.finish();
  return { decodeMs, fps, frameCount };
}
