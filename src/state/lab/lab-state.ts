/** The reconstruct lab: a picture from outside as latents, and what is left of it by level. Types, and what follows. */
import type { Frames } from '../../contract/clip';
import type { Pixels } from '../../contract/engine';
import type { Grid } from '../../contract/grid';
import type { LatentEncoding, PictureId } from '../../contract/units';
import type { AlikeFigures } from './alike';

/** A photo or a clip from outside; a photo is one frame. */
export interface Media {
  /** Of its file, without the ending. */
  readonly name: string;
  readonly frames: Frames;
  /** What of it was left out, if anything. */
  readonly leftOut: 'nothing' | 'end' | 'other-frames';
}

/** How media are to be read. */
export interface MediaWants {
  /** Pixels of the short side, at most. */
  readonly shortSidePx: number;
  /** Frames of clips at this rate, in whole segments, at most so long; null: one frame. */
  readonly clip: {
    readonly fps: number;
    readonly kt: number;
    readonly maxSeconds: number;
  } | null;
}

/** Reads the bytes of a photo or a clip. Rejects with an EngineError that says why not. */
export type MediaReader = (
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  wants: MediaWants,
) => Promise<Media>;

/** What can be chosen in the lab. */
export interface LabChoice {
  /** The size that the tokenizer looks at, and that is compared: pixels of the short side. */
  readonly sizePx: number;
  readonly encoding: LatentEncoding;
  /** Levels a patch on average. */
  readonly average: number;
  /** Whether levels that the brush gives are taken from elsewhere. */
  readonly isBudgetKept: boolean;
  /** What the brush adds to the levels of each patch. */
  readonly strokes: readonly number[];
}

/** The reconstruction with the first levels. */
export interface LabLevel extends AlikeFigures {
  /** Counted from 1. */
  readonly level: number;
  /** Of the `.dcs` file up to this level. */
  readonly bytes: number;
  readonly frames: readonly Pixels[];
}

/** A reconstruction. */
export interface LabResult {
  readonly pictureId: PictureId;
  readonly file: Uint8Array<ArrayBuffer>;
  readonly encoding: LatentEncoding;
  /** Levels of each patch. */
  readonly counts: readonly number[];
  readonly levels: readonly LabLevel[];
}

/** A level of the file in which every patch has all levels. */
export type CurvePoint = Pick<LabLevel, 'level' | 'bytes' | 'psnrDb'>;

/** How the pictures are laid beside each other. */
export const LAB_VIEWS = ['compare', 'residual', 'added', 'distortion', 'levels'] as const;

/** See {@link LAB_VIEWS}. */
export type LabView = (typeof LAB_VIEWS)[number];

/** Sizes that are offered to look at. */
export const LAB_SIZES_PX = [64, 96, 128, 160] as const;

/** Everything the lab shows. */
export interface Lab {
  readonly media: Media;
  readonly grid: Grid;
  /** Levels of the model. */
  readonly levelsMax: number;
  readonly choice: LabChoice;
  /** The media as the tokenizer sees them, at the size of `choice`. */
  readonly original: readonly Pixels[];
  /** Bits of entropy of each patch. */
  readonly complexity: readonly number[];
  /** Of the file with all levels everywhere, at this size and encoding; empty until it is known. */
  readonly baseline: readonly CurvePoint[];
  readonly result: LabResult | null;
  readonly shownLevels: number;
  /** Counted from 0. */
  readonly shownFrame: number;
  readonly view: LabView;
  readonly isBusy: boolean;
  /** What went wrong last, in words to show. */
  readonly problem: string | null;
}

/** The level that is shown; null until there is one. */
export function shownLevel({ result, shownLevels }: Lab): LabLevel | null {
  return result?.levels[Math.min(shownLevels, result.levels.length) - 1] ?? null;
}

/** PSNR that as many bytes give with equal levels everywhere, on the lines between its levels; null outside of them. */
export function baselineAt(baseline: readonly CurvePoint[], bytes: number): number | null {
  const after = baseline.findIndex((point) => point.bytes >= bytes);
  const [below, above] = [baseline[after - 1], baseline[after]];
  if (above?.bytes === bytes) return above.psnrDb;
  if (!below || !above) return null;
  const share = (bytes - below.bytes) / (above.bytes - below.bytes);
  return below.psnrDb + share * (above.psnrDb - below.psnrDb);
}

/** The patches of a frame among those of its clip: [from, to). */
export function patchesOfFrame({ grid, original, shownFrame }: Lab): readonly [number, number] {
  const patches = grid.gh * grid.gw;
  const segment = Math.floor((shownFrame * grid.gt) / Math.max(1, original.length));
  return [segment * patches, (segment + 1) * patches];
}

/** Levels and PSNR of the patches that the brush has touched; null if it has touched none. */
export function paintedFigures(
  lab: Lab,
): { readonly averageLevels: number; readonly psnrDb: number } | null {
  const level = shownLevel(lab);
  const painted = lab.choice.strokes.flatMap((by, patch) => (by === 0 ? [] : [patch]));
  if (!level || !lab.result || painted.length === 0) return null;
  const { counts } = lab.result;
  const mean = (values: readonly number[]): number =>
    painted.reduce((sum, patch) => sum + values[patch]!, 0) / painted.length;
  return { averageLevels: mean(counts), psnrDb: psnrOf(mean(level.patchErrors)) };
}

/** Decibels of a mean squared error of colours in [-1, 1]. */
function psnrOf(meanSquaredError: number): number {
  return 10 * Math.log10(4 / Math.max(meanSquaredError, 1e-10));
}
