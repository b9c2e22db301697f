/** Reading the frames of the shown clip, some at a time, and moving in them. */
import { framesPerSegment, isClip } from '../contract/clip';
import { isEngineError } from '../contract/engine-error';
import { readSegments } from './clip-reading';
import {
  fpsRange,
  isSameClip,
  isWhole,
  lengthOf,
  shownFps,
  timeAfter,
  type ClipRequest,
} from './clip-state';
import { shownClip } from './clip-view';
import { failureOf } from './failure';
import { createLatestOnly } from './latest-only';
import { manifestOf } from './model-state';
import { shownSizePx } from './picture-state';
import type { Settings } from './settings';
import type { StudioActions, StudioContext, StudioData } from './studio-state';

/** What the view uses of it. */
export interface ClipReader {
  /** Reads the frames of the kept picture as it is shown, if it is a clip and they are not there yet. */
  read(): void;
  /** Stops reading. What is there stays. */
  cancel(): void;
}

/** Reads one clip at a time. */
export function createClipReader(context: StudioContext): ClipReader {
  const latest = createLatestOnly<ClipRequest>((request, signal) =>
    readClip(context, request, signal),
  );
  return {
    read() {
      const request = wantedClip(context.get());
      const { clip } = context.get();
      if (!request || (clip && isWhole(clip) && isSameClip(clip, request))) return;
      latest.cancel();
      latest.request(request);
    },
    cancel: () => latest.cancel(),
  };
}

function wantedClip(data: StudioData): ClipRequest | null {
  const { picture, run, settings, shownLevels, model } = data;
  const manifest = manifestOf(model);
  if (!picture || run || !manifest || !isClip(picture.grid)) return null;
  const fps = shownFps(settings, manifest);
  const frameCount = picture.grid.gt * framesPerSegment(fps, manifest.config.kt);
  const levels = Math.min(shownLevels, picture.levelsDone);
  const sizePx = shownSizePx(settings.sizePx, picture.grid);
  return { pictureId: picture.pictureId, levels, sizePx, fps, frameCount };
}

async function readClip(
  { engine, get, set }: StudioContext,
  request: ClipRequest,
  signal: AbortSignal,
): Promise<void> {
  const { gt } = get().picture?.grid ?? { gt: 1 };
  try {
    for await (const frames of readSegments(engine, request, gt, signal)) {
      set({ clip: { ...request, frames } });
    }
  } catch (error) {
    if (signal.aborted || isEngineError(error, 'Cancelled')) return;
    const failure = failureOf(error, 'show');
    set({ failure, announcement: { type: 'failed', failure } });
  }
}

/** The actions on the shown clip. */
export function createClipActions(
  { get, set }: StudioContext,
  reader: ClipReader,
  change: (patch: Partial<Settings>) => void,
): Pick<StudioActions, 'showFps' | 'play' | 'seek' | 'advance'> {
  return {
    showFps(fps, isDragging) {
      const manifest = manifestOf(get().model);
      if (!manifest) return;
      const { minimum, maximum } = fpsRange(manifest.config.kt);
      change({ fps: Math.max(minimum, Math.min(Math.round(fps), maximum)) });
      if (!isDragging) reader.read();
    },
    play: (isPlaying) => set({ isPlaying }),
    seek(frame) {
      const clip = shownClip(get());
      if (!clip) return;
      const last = clip.frames.length - 1;
      set({ isPlaying: false, timeS: Math.max(0, Math.min(frame, last)) / clip.fps });
    },
    advance(byS) {
      const { isPlaying, timeS } = get();
      const clip = shownClip(get());
      if (!clip || !isPlaying || !isWhole(clip)) return;
      set({ timeS: timeAfter(clip, Math.min(timeS, lengthOf(clip)), byS) });
    },
  };
}
