/** Photos and clips from outside as pixels. What reads videos is loaded when somebody brings one. */
import type { Frames } from '../../contract/clip';
import { EngineError } from '../../contract/engine-error';
import type { Media, MediaWants } from '../../state/lab/lab-state';
import { mediaTypeOf } from '../../state/lab/media-type';
import { words } from '../words/words';

const MAX_FILE_BYTES = 1 << 29;
/** As many as the engine takes. */
const MAX_IMAGE_PIXELS = 1 << 26;
/** Frames of an animation that are looked at, to find the moments that are wanted. */
const MAX_ANIMATION_FRAMES = 4096;
/** Of a frame that does not say how long it lasts, in microseconds. */
const FRAME_US = 100_000;
/** A clip has two segments at least. */
const MIN_SEGMENTS = 2;

/** A moment of a clip in seconds, drawn. */
type DrawMoments = (timesS: readonly number[]) => Promise<ImageData[]>;

/** What is known of moving pictures before any is drawn. */
interface Moving {
  readonly durationS: number;
  readonly draw: DrawMoments;
}

/**
 * Reads a photo, an animation or a video.
 *
 * @throws {EngineError} BadRequest when it is too large, or the browser cannot read it
 */
export async function readMedia(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  wants: MediaWants,
): Promise<Media> {
  if (bytes.length > MAX_FILE_BYTES) {
    throw refused(words.t('lab:findings.bytes', { count: Math.round(bytes.length / 1e6) }));
  }
  const type = mediaTypeOf(bytes) ?? '';
  try {
    if (type.startsWith('video/')) return await readVideo(bytes, name, wants);
    return (
      (await readAnimation(bytes, type, { name, wants })) ??
      (await readImage(bytes, type, { name, wants }))
    );
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw refused(words.t('lab:findings.undecodable', { reason: (error as Error).message }), error);
  }
}

async function readImage(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
  { name, wants }: { readonly name: string; readonly wants: MediaWants },
): Promise<Media> {
  const bitmap = await createImageBitmap(new Blob([bytes], { type }));
  try {
    const image = drawn(bitmap, bitmap, wants.shortSidePx);
    return { name, frames: framesOf([image], 1), leftOut: 'nothing' };
  } finally {
    bitmap.close();
  }
}

/** Null where the picture stands still, or the browser has no decoder for frames. */
async function readAnimation(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
  { name, wants }: { readonly name: string; readonly wants: MediaWants },
): Promise<Media | null> {
  if (!('ImageDecoder' in globalThis) || !(await ImageDecoder.isTypeSupported(type))) return null;
  const decoder = new ImageDecoder({ data: bytes, type });
  try {
    await decoder.tracks.ready;
    await decoder.completed;
    const frameCount = decoder.tracks.selectedTrack?.frameCount ?? 1;
    if (frameCount < 2) return null;
    if (frameCount > MAX_ANIMATION_FRAMES) {
      throw refused(
        words.t('lab:findings.frames', { count: frameCount, most: MAX_ANIMATION_FRAMES }),
      );
    }
    const frames: { readonly endS: number; readonly image: ImageData }[] = [];
    let endS = 0;
    for (let frameIndex = 0; frameIndex < frameCount; frameIndex += 1) {
      const { image } = await decoder.decode({ frameIndex });
      const size = { width: image.displayWidth, height: image.displayHeight };
      endS = (image.timestamp + (image.duration ?? FRAME_US)) / 1e6;
      frames.push({ endS, image: drawn(image, size, wants.shortSidePx) });
      image.close();
      if (wants.clip && endS >= wants.clip.maxSeconds) break;
    }
    const draw: DrawMoments = (timesS) =>
      Promise.resolve(
        timesS.flatMap((timeS) => frames.find((frame) => frame.endS > timeS)?.image ?? []),
      );
    return await clipOf({ durationS: endS, draw }, name, wants);
  } finally {
    decoder.close();
  }
}

async function readVideo(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  wants: MediaWants,
): Promise<Media> {
  const media = await import('mediabunny');
  const source = new media.BlobSource(new Blob([bytes]));
  const input = new media.Input({ formats: media.ALL_FORMATS, source });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw refused(words.t('lab:findings.noVideo'));
    if (!(await track.canDecode())) throw refused(words.t('lab:findings.noDecoder'));
    const sink = new media.VideoSampleSink(track);
    const startS = await track.getFirstTimestamp();
    const durationS = (await track.computeDuration()) - startS;
    const draw: DrawMoments = async (timesS) => {
      const images: ImageData[] = [];
      for await (const sample of sink.samplesAtTimestamps(timesS.map((timeS) => startS + timeS))) {
        if (!sample) continue;
        const size = { width: sample.displayWidth, height: sample.displayHeight };
        images.push(drawn(sample.toCanvasImageSource(), size, wants.shortSidePx));
        sample.close();
      }
      return images;
    };
    return await clipOf({ durationS, draw }, name, wants);
  } finally {
    input.dispose();
  }
}

/** Moments at the rate of the model, in whole segments; one from the middle where it makes images only. */
async function clipOf(
  { durationS, draw }: Moving,
  name: string,
  { clip }: MediaWants,
): Promise<Media> {
  if (!clip) {
    const [middle] = await draw([durationS / 2]);
    if (!middle) throw refused(words.t('lab:findings.noFrame'));
    return { name, frames: framesOf([middle], 1), leftOut: 'other-frames' };
  }
  const { fps, kt, maxSeconds } = clip;
  const segments = Math.floor(Math.min(durationS, maxSeconds) * kt + 1e-6);
  if (segments < MIN_SEGMENTS) {
    throw refused(
      words.t('lab:findings.short', { seconds: durationS.toFixed(2), least: MIN_SEGMENTS / kt }),
    );
  }
  const frameCount = (segments * fps) / kt;
  // The middle of each frame's time, so that a clip of this very rate gives its own frames.
  const images = await draw(Array.from({ length: frameCount }, (_, i) => (i + 0.5) / fps));
  if (images.length < frameCount) {
    throw refused(words.t('lab:findings.missing', { found: images.length, count: frameCount }));
  }
  const isCut = durationS * kt >= segments + 1;
  return { name, frames: framesOf(images, fps), leftOut: isCut ? 'end' : 'nothing' };
}

/** On white, with at most `shortSidePx` pixels on the short side. */
function drawn(
  image: CanvasImageSource,
  { width, height }: { readonly width: number; readonly height: number },
  shortSidePx: number,
): ImageData {
  if (width * height > MAX_IMAGE_PIXELS) {
    throw refused(words.t('lab:findings.pixels', { width, height }));
  }
  if (width === 0 || height === 0) throw refused(words.t('lab:findings.noFrame'));
  const scale = Math.min(1, shortSidePx / Math.min(width, height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(width * scale)),
    Math.max(1, Math.round(height * scale)),
  );
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw refused(words.t('lab:findings.noCanvas'));
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function framesOf(images: readonly ImageData[], fps: number): Frames {
  const [{ width, height } = { width: 0, height: 0 }] = images;
  const rgba = new Uint8ClampedArray(images.length * width * height * 4);
  images.forEach(({ data }, i) => rgba.set(data, i * width * height * 4));
  return { fps, frameCount: images.length, width, height, rgba };
}

/** @param finding what was found, in words */
function refused(finding: string, cause?: unknown): EngineError {
  return new EngineError('BadRequest', words.t('lab:refused', { finding }), { cause });
}
