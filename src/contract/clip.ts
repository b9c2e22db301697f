/**
 * Clips: pictures that last. A clip is cut into segments in time as a picture is cut into patches in space (paper
 * Eq. 1): `kt` segments a second whatever the frame rate, each with pt = fps / kt frames. So the latents of a clip do
 * not know a frame rate, as they do not know a size. An image has one segment and one frame.
 */
import { EngineError } from './engine-error';
import type { Grid } from './grid';

/** What a model that was trained on clips may be asked for. */
export interface VideoConfig {
  /** Length of its longest training clips. */
  readonly maxSeconds: number;
  /** Frames per second to show unless somebody asks for others; a multiple of `kt`. */
  readonly fps: number;
  /** Whether the DiT draws a segment without a look at later ones (paper 6.1); without, all are drawn together. */
  readonly temporalCausal: boolean;
}

/** Frames one after another, each with rows from the top and 4 bytes (red, green, blue, alpha 255) a pixel. */
export interface Frames {
  /** Frames per second. */
  readonly fps: number;
  readonly frameCount: number;
  readonly width: number;
  readonly height: number;
  /** `frameCount` x `height` x `width` x 4 */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Which frames of a clip to read. */
export interface FramesRequest {
  /** Levels to use, 1 to the picture's `levelsDone`. */
  readonly levels: number;
  /** Pixels of the short side, 16 to 2048. */
  readonly sizePx: number;
  /** A multiple of the model's `kt`, 6 to 60; the model's own rate if absent. */
  readonly fps?: number;
  /** Frames `from` up to, not including, `to`, counted from 0; all of them if absent. */
  readonly frames?: { readonly from: number; readonly to: number };
}

/** The place of a frame in time: its segment, and where in the segment it is, 0 < v <= 1. */
export interface FramePlace {
  readonly segment: number;
  /** Tail-aligned (paper 6.2): the last frame of a segment is at 1 whatever the rate. */
  readonly v: number;
}

/** Frame rates that clips are decoded at. */
export const MIN_FPS = 6;
/** See {@link MIN_FPS}. */
export const MAX_FPS = 60;

/** Fewer would be an image. */
const MIN_SEGMENTS = 2;

/** Whether a picture of this grid is a clip. */
export function isClip(grid: Grid): boolean {
  return grid.gt > 1;
}

/**
 * Gt of a clip: round(seconds * kt).
 *
 * @param config of the model; `video` is null if it makes images only
 * @throws {EngineError} BadRequest when the model makes images only, or no clip of this length
 */
export function segmentsFor(
  seconds: number,
  { kt, video }: { readonly kt: number; readonly video: VideoConfig | null },
): number {
  if (video === null) {
    throw new EngineError(
      'BadRequest',
      'This model was trained on images only. Ask for an image, or load a model that makes clips.',
    );
  }
  const segments = Math.floor(seconds * kt + 0.5);
  const maxSegments = Math.floor(video.maxSeconds * kt + 0.5);
  if (!Number.isFinite(seconds) || segments < MIN_SEGMENTS || segments > maxSegments) {
    throw new EngineError(
      'BadRequest',
      `The request's seconds must be a number from ${MIN_SEGMENTS / kt} to ${video.maxSeconds}, found ${seconds}.`,
    );
  }
  return segments;
}

/** Seconds that a picture of this grid lasts; 0 for an image. */
export function secondsOf(grid: Grid, kt: number): number {
  return isClip(grid) ? grid.gt / kt : 0;
}

/**
 * pt, the frames of a segment at a frame rate.
 *
 * @throws {EngineError} BadRequest when the segments cannot be cut into frames at this rate
 */
export function framesPerSegment(fps: number, kt: number): number {
  if (!Number.isInteger(fps / kt) || fps < MIN_FPS || fps > MAX_FPS) {
    const lowest = Math.ceil(MIN_FPS / kt) * kt;
    throw new EngineError(
      'BadRequest',
      `The request's fps must be a multiple of ${kt} from ${lowest} to ${Math.floor(MAX_FPS / kt) * kt}, found ${fps}.`,
    );
  }
  return fps / kt;
}

/** Where a frame, counted from 0, is. */
export function framePlace(frame: number, pt: number): FramePlace {
  const segment = Math.floor(frame / pt);
  return { segment, v: (frame - segment * pt + 1) / pt };
}

/** What is shown of a picture where one frame is shown: an image, or the middle of a clip. */
export function posterPlace(grid: Grid): FramePlace {
  return { segment: Math.floor((grid.gt - 1) / 2), v: 1 };
}
