/** What the page says about clips. */
import type { ClipFormat } from '../state/picture-state';

const seconds = (count: number): string => `${count} s`;

export const clips = {
  medium: {
    label: 'Length',
    help: 'A picture, or a clip of so many seconds. A clip grows level by level too; it takes longer, for each second holds as many patches as several pictures.',
    picture: 'Picture',
    clip: seconds,
  },
  fps: {
    label: 'Frame rate',
    help: 'Draws the same clip again with more or fewer frames a second. Nothing is generated again: the clip knows its motion between frames.',
    value: (fps: number) => `${fps} frames/s`,
  },
  alt: (prompt: string, level: number, width: number, height: number) =>
    `${prompt === '' ? 'Clip without a prompt' : `Clip of: ${prompt}`}. Level ${level}, ${width} by ${height} pixels.`,
  facts: (lengthS: number, fps: number) => `${lengthS} s, ${fps} frames/s`,
  play: 'Play',
  pause: 'Pause',
  position: 'Position in the clip',
  frameOf: (frame: number, count: number) => `Frame ${frame + 1} of ${count}`,
  reading: (read: number, count: number) => `Drawing frame ${read} of ${count}`,
  download: 'Download clip',
  formats: {
    mp4: 'MP4 video',
    webm: 'WebM video',
    gif: 'Animated GIF',
    zip: 'Frames as PNG, zipped',
  } satisfies Record<ClipFormat, string>,
  noEncoder: (format: string) =>
    `This browser cannot write ${format} at this size. Take the GIF or the frames instead, or make the clip smaller.`,
};
