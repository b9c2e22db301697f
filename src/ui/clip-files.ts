/** Clips as files. What writes them is loaded when somebody asks for one: it is larger than the page. */
import type { Pixels } from '../contract/engine';
import { EngineError } from '../contract/engine-error';
import { putIntoMp4 } from '../state/carriers/carried-latent';
import { isWhole, type ClipState } from '../state/clip-state';
import type { ClipFormat, VideoFormat } from '../state/picture-state';
import { pngOf } from './download';
import { words } from './words/words';

/** Files keep hundredths of a second, and programs play anything quicker than this at a tenth of its speed. */
const SHORTEST_GIF_FRAME_MS = 20;
/** Colours of a GIF's frame. */
const GIF_COLORS = 256;

/**
 * The clip as a file.
 *
 * @param latent the clip's `.dcs` file, which an MP4 carries along
 * @throws {EngineError} BadRequest when frames are still missing, or when the browser has no encoder for the format
 */
export async function clipFile(
  clip: ClipState,
  format: ClipFormat,
  latent: Uint8Array<ArrayBuffer>,
): Promise<Blob> {
  if (!isWhole(clip)) {
    throw new EngineError(
      'BadRequest',
      words.t('files:missingFrames', { read: clip.frames.length, frames: clip.frameCount }),
    );
  }
  switch (format) {
    case 'gif':
      return gifOf(clip);
    case 'zip':
      return zipOf(clip);
    case 'webm':
      return new Blob([await videoOf(clip, format)], { type: 'video/webm' });
    case 'mp4': {
      const mp4 = new Uint8Array(await videoOf(clip, format));
      return new Blob([putIntoMp4(mp4, latent)], { type: 'video/mp4' });
    }
  }
}

/** Several clips of one latent, each as a file in a ZIP file. See {@link clipFile}. */
export async function clipsZip(
  clips: readonly ClipState[],
  format: VideoFormat,
  latent: Uint8Array<ArrayBuffer>,
): Promise<Blob> {
  const { zipSync } = await import('fflate');
  const files: Record<string, Uint8Array> = {};
  for (const clip of clips) {
    const file = await clipFile(clip, format, latent);
    const name = `level${clip.levels}-${clip.sizePx}px-${clip.fps}fps.${format}`;
    files[name] = new Uint8Array(await file.arrayBuffer());
  }
  // Videos are compressed already.
  return new Blob([zipSync(files, { level: 0 })], { type: 'application/zip' });
}

/** Encoded by the browser (WebCodecs), put into a file by mediabunny. */
async function videoOf(clip: ClipState, format: 'mp4' | 'webm'): Promise<ArrayBuffer> {
  const media = await import('mediabunny');
  const isMp4 = format === 'mp4';
  const container = isMp4 ? new media.Mp4OutputFormat() : new media.WebMOutputFormat();
  const [first] = clip.frames;
  const canvas = evenCanvas(first);
  const size = { width: canvas.width, height: canvas.height };
  // What most programs play comes first.
  const wanted = isMp4 ? (['avc', 'vp9', 'av1'] as const) : (['vp9', 'vp8', 'av1'] as const);
  const codec = await media.getFirstEncodableVideoCodec([...wanted], size);
  if (codec === null) {
    const name = words.t(`files:clipFormats.${format}`);
    throw new EngineError('BadRequest', words.t('files:noEncoder', { format: name }));
  }
  const target = new media.BufferTarget();
  const output = new media.Output({ format: container, target });
  const source = new media.CanvasSource(canvas, { codec, quality: new media.Quality('high') });
  output.addVideoTrack(source, { frameRate: clip.fps });
  await output.start();
  for (const [index, frame] of clip.frames.entries()) {
    paint(canvas, frame);
    await source.add(index / clip.fps, 1 / clip.fps);
  }
  await output.finalize();
  if (target.buffer === null) throw new Error(words.t('files:noVideo'));
  return target.buffer;
}

async function gifOf(clip: ClipState): Promise<Blob> {
  const { GIFEncoder, quantize, applyPalette } = await import('gifenc');
  const gif = GIFEncoder();
  // Every nth frame, so that no frame is shorter than programs play.
  const every = Math.ceil(SHORTEST_GIF_FRAME_MS / (1000 / clip.fps));
  const delay = (every * 1000) / clip.fps;
  for (let index = 0; index < clip.frames.length; index += every) {
    const frame = clip.frames[index];
    if (!frame) continue;
    const { width, height, rgba } = frame;
    const palette = quantize(rgba, GIF_COLORS);
    gif.writeFrame(applyPalette(rgba, palette), width, height, { palette, delay });
    await nextTask();
  }
  gif.finish();
  return new Blob([gif.bytes()], { type: 'image/gif' });
}

async function zipOf(clip: ClipState): Promise<Blob> {
  const { zipSync } = await import('fflate');
  const files: Record<string, Uint8Array> = {};
  for (const [index, frame] of clip.frames.entries()) {
    const png = await pngOf(frame);
    files[`frame-${String(index).padStart(4, '0')}.png`] = new Uint8Array(await png.arrayBuffer());
  }
  // PNG files are compressed already.
  return new Blob([zipSync(files, { level: 0 })], { type: 'application/zip' });
}

/** Video codecs halve colours, so their sides are even: odd ones get one more row or column. */
function evenCanvas(first: Pixels | undefined): OffscreenCanvas {
  const { width, height } = first ?? { width: 2, height: 2 };
  return new OffscreenCanvas(width + (width % 2), height + (height % 2));
}

function paint(canvas: OffscreenCanvas, { rgba, width, height }: Pixels): void {
  const context = canvas.getContext('2d');
  if (!context) {
    throw new Error(words.t('files:noClipCanvas'));
  }
  const image = new ImageData(rgba, width, height);
  // Copies of the last row and column lie under the frame, where its sides are odd.
  context.putImageData(image, canvas.width - width, canvas.height - height);
  context.putImageData(image, 0, 0);
}

/** Lets the page answer between two frames. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
