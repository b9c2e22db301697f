/** The kinds of files that pictures are written to. */

/** What all frames of a clip have in common. */
export interface ClipSize {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** What a file of this name holds: one picture or an animation, a video, or a folder of pictures. */
export type OutFormat = 'png' | 'mp4' | 'folder';

/** See {@link OutFormat}. */
export function formatOf(out: string): OutFormat {
  if (/[/\\]$/.test(out)) return 'folder';
  return /\.(mp4|m4v)$/i.test(out) ? 'mp4' : 'png';
}
