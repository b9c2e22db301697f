/** What a manifest says of the sizes of a model, and what it was trained for. */
import type { VideoConfig } from './clip';
import { MAX_FPS, MIN_FPS } from './clip';
import type { JsonReader } from './json-reader';

/** Size of a stack of transformer blocks; a head is `width / heads` wide. */
export interface TransformerSize {
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
}

/** What the caller of the graphs has to know about the model. */
export interface ModelConfig {
  /** Patches on the short side of a picture. */
  readonly k: number;
  /** Segments per second of a clip. */
  readonly kt: number;
  readonly levels: number;
  readonly latentDim: number;
  readonly coordMode: 'center' | 'corner';
  readonly measureBias: boolean;
  /** What a pixel looks at beside the latents: anchors, all pixels of its patch, nothing. */
  readonly pixelAttention: 'anchor' | 'full' | 'none';
  /** A, anchors per axis of a patch. */
  readonly anchors: number;
  /** Anchor frames of a segment. */
  readonly anchorFrames: number;
  readonly textWidth: number;
  readonly maxTextTokens: number;
  readonly dit: TransformerSize;
  readonly trunk: TransformerSize;
  readonly patch: TransformerSize;
  /** Null: trained on images only. */
  readonly video: VideoConfig | null;
}

/** hd, the width of one attention head. */
export function headWidth(size: TransformerSize): number {
  return size.width / size.heads;
}

/** Reads `config` of a manifest. */
export function readConfig(reader: JsonReader): ModelConfig {
  const pixelAttention = reader.field('pixelAttention');
  const classes = reader.field('classes');
  if (!classes.isAbsent()) throw classes.error('absent, for the engine runs text models only');
  const kt = reader.field('kt').whole(1, 1024);
  const anchorFrames = reader.field('anchorFrames');
  const video = readVideo(reader.field('video'), kt);
  if (video !== null && !pixelAttention.isAbsent() && pixelAttention.text() === 'full') {
    throw reader
      .field('video')
      .error('absent, for clips are drawn frame by frame, and `full` pixels look at all frames');
  }
  return {
    k: reader.field('k').whole(1, 1024),
    kt,
    levels: reader.field('levels').whole(1, 64),
    latentDim: reader.field('latentDim').whole(1, 4096),
    coordMode: reader.field('coordMode').oneOf(['center', 'corner']),
    measureBias: reader.field('measureBias').flag(),
    pixelAttention: pixelAttention.isAbsent()
      ? 'anchor'
      : pixelAttention.oneOf(['anchor', 'full', 'none']),
    anchors: reader.field('anchors').whole(1, 256),
    anchorFrames: anchorFrames.isAbsent() ? 1 : anchorFrames.whole(1, 64),
    textWidth: reader.field('textWidth').whole(1),
    maxTextTokens: reader.field('maxTextTokens').whole(1, 4096),
    dit: readSize(reader.field('dit')),
    trunk: readSize(reader.field('trunk')),
    patch: readSize(reader.field('patch')),
    video,
  };
}

function readVideo(reader: JsonReader, kt: number): VideoConfig | null {
  if (reader.isAbsent()) return null;
  const fps = reader.field('fps').whole(MIN_FPS, MAX_FPS);
  if (fps % kt !== 0) throw reader.field('fps').error(`a multiple of ${kt}`);
  const temporalCausal = reader.field('temporalCausal');
  return {
    maxSeconds: reader.field('maxSeconds').positive(),
    fps,
    temporalCausal: temporalCausal.isAbsent() || temporalCausal.flag(),
  };
}

function readSize(reader: JsonReader): TransformerSize {
  const heads = reader.field('heads').whole(1, 1024);
  const width = reader.field('width').whole(1);
  if (width % (2 * heads) !== 0)
    throw reader.field('width').error(`a multiple of ${String(2 * heads)}`);
  return { width, heads, layers: reader.field('layers').whole(1, 1024) };
}
