/** Clips as the page plays them: frames that were read so far, and where in them the playhead is. Pure. */
import type { Frames } from '../contract/clip';
import { isClip, MAX_FPS, MIN_FPS, secondsOf } from '../contract/clip';
import type { Pixels } from '../contract/engine';
import type { Grid } from '../contract/grid';
import type { ModelManifest } from '../contract/manifest';
import type { PictureId } from '../contract/units';
import type { Settings } from './settings';

/** Which frames are wanted. */
export interface ClipRequest {
  readonly pictureId: PictureId;
  readonly levels: number;
  /** Pixels of the short side. */
  readonly sizePx: number;
  readonly fps: number;
  /** Of the whole clip. */
  readonly frameCount: number;
}

/** How long a clip is, at any rate. */
type ClipLength = Pick<ClipRequest, 'frameCount' | 'fps'>;

/** The frames of a clip, in order, as far as they are read. */
export interface ClipState extends ClipRequest {
  readonly frames: readonly Pixels[];
}

/** Frame rates that a model's clips can be shown at; segments are cut into whole frames. */
export function fpsRange(kt: number): { minimum: number; maximum: number; step: number } {
  return {
    minimum: Math.ceil(MIN_FPS / kt) * kt,
    maximum: Math.floor(MAX_FPS / kt) * kt,
    step: kt,
  };
}

/** The frame rate to show: the chosen one or the model's, moved to the nearest that the model can be shown at. */
export function shownFps(settings: Pick<Settings, 'fps'>, { config }: ModelManifest): number {
  const { minimum, maximum, step } = fpsRange(config.kt);
  const wanted = settings.fps ?? config.video?.fps ?? maximum;
  return Math.max(minimum, Math.min(Math.round(wanted / step) * step, maximum));
}

/** Seconds to ask for: what is chosen, as far as the model goes; absent for an image. */
export function wantedSeconds(
  { seconds }: Pick<Settings, 'seconds'>,
  { config }: ModelManifest,
): { seconds?: number } {
  if (seconds === null || config.video === null) return {};
  return { seconds: Math.min(seconds, config.video.maxSeconds) };
}

/** The length to ask for next, of a clip like this; null for an image. */
export function secondsSetting(grid: Grid, kt: number): number | null {
  return isClip(grid) ? Math.max(1, Math.round(secondsOf(grid, kt))) : null;
}

/** Whether all of the frames are there, so that the clip can be played. */
export function isWhole(clip: ClipState): boolean {
  return clip.frames.length === clip.frameCount;
}

/** Whether these are the frames that are wanted. */
export function isSameClip(a: ClipRequest, b: ClipRequest): boolean {
  return (
    a.pictureId === b.pictureId && a.levels === b.levels && a.sizePx === b.sizePx && a.fps === b.fps
  );
}

/** Seconds that the clip lasts. */
export function lengthOf(clip: ClipLength): number {
  return clip.frameCount / clip.fps;
}

/** Number of the frame at a time; while frames are being read, the newest one. */
export function frameAt(clip: ClipState, timeS: number): number {
  const last = clip.frames.length - 1;
  if (!isWhole(clip)) return last;
  // Times are sums of many small numbers: a frame's own time must not fall into the frame before it.
  return Math.max(0, Math.min(Math.floor(timeS * clip.fps + 1e-6), last));
}

/** The time `byS` later; a clip starts again after its end. */
export function timeAfter(clip: ClipLength, timeS: number, byS: number): number {
  const lengthS = lengthOf(clip);
  const next = (timeS + byS) % lengthS;
  return next < 0 ? next + lengthS : next;
}

/** The frames one by one. */
export function framesOf({ frameCount, width, height, rgba }: Frames): Pixels[] {
  const bytes = width * height * 4;
  return Array.from({ length: frameCount }, (_, index) => ({
    width,
    height,
    rgba: rgba.slice(index * bytes, (index + 1) * bytes),
  }));
}
