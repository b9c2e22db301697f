/** What of the clip the stage shows now. Pure. */
import { isClip } from '../contract/clip';
import { frameAt, type ClipState } from './clip-state';
import type { StudioData } from './studio-state';

/** The frames that the stage plays: those of the kept picture as it is shown, at any rate; null if there are none. */
export function shownClip({ clip, drawn, run, picture }: StudioData): ClipState | null {
  const [first] = clip?.frames ?? [];
  if (!clip || !first || !drawn || run || !picture || !isClip(picture.grid)) return null;
  const isOfView =
    clip.pictureId === drawn.pictureId &&
    clip.levels === drawn.levels &&
    first.width === drawn.widthPx &&
    first.height === drawn.heightPx;
  return isOfView ? clip : null;
}

/** Number of the frame under the playhead; null when no clip is shown. */
export function shownFrame(data: StudioData): number | null {
  const clip = shownClip(data);
  return clip && frameAt(clip, data.timeS);
}
