/** Reads the golden vectors that training wrote (training/tests/golden). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Grid } from '../../src/contract/grid';
import type { RopeFrequencies } from '../../src/contract/manifest';

/** A tensor as it is written: base64 of little-endian values, float32 unless a type says otherwise. */
export interface GoldenTensor {
  readonly dims: readonly number[];
  readonly data: string;
  readonly type?: 'int64';
}

interface GoldenTable {
  readonly cos: GoldenTensor;
  readonly sin: GoldenTensor;
}

/** A run of the tiny model. */
interface GoldenRun {
  readonly prompt: string;
  readonly seed: string;
  readonly steps: number;
  readonly guidance: number;
  readonly grid: Grid;
  readonly aspect: { readonly width: number; readonly height: number };
}

/** The content of each file. */
export interface GoldenFiles {
  readonly 'noise.json': {
    readonly cases: readonly {
      readonly seed: string;
      readonly level: number;
      readonly grid: Grid;
      readonly channels: number;
      readonly values: GoldenTensor;
    }[];
  };
  readonly 'rope.json': {
    readonly patch: {
      readonly frequencies: RopeFrequencies;
      readonly pixels: readonly (GoldenTable & {
        readonly pt: number;
        readonly p: number;
        readonly coordMode: 'center' | 'corner';
      })[];
      readonly latents: GoldenTable & { readonly levels: number };
    };
    readonly grid: {
      readonly k: number;
      readonly frequencies: RopeFrequencies;
      readonly cases: readonly (GoldenTable & {
        readonly grid: Grid;
        readonly firstLevel: number;
        readonly levels: number;
      })[];
    };
  };
  readonly 'time-features.json': {
    readonly cases: readonly { readonly t: number; readonly values: GoldenTensor }[];
  };
  readonly 'schedule.json': {
    readonly cases: readonly {
      readonly steps: number;
      readonly timeShift: number;
      /** One more than `steps`: 0 to 1. */
      readonly t: readonly number[];
      readonly firstGuided: number;
    }[];
  };
  readonly 'masks.json': {
    readonly blocked: number;
    readonly cases: readonly {
      readonly grid: Grid;
      readonly levels: number;
      readonly rows: readonly string[];
    }[];
  };
  readonly 'grids.json': {
    readonly rows: readonly (readonly [number, number, number, number, number])[];
  };
  readonly 'tiny-graphs.json': Readonly<
    Record<
      string,
      readonly {
        readonly inputs: Readonly<Record<string, GoldenTensor>>;
        readonly outputs: Readonly<Record<string, GoldenTensor>>;
      }[]
    >
  >;
  readonly 'clip-frames.json': {
    readonly cases: readonly {
      readonly frames: number;
      readonly fps: number;
      readonly kt: number;
      readonly pt: number;
      readonly kept: readonly number[];
    }[];
  };
  readonly 'tiny-clip.json': GoldenRun & {
    readonly seconds: number;
    readonly modes: Readonly<
      Record<
        'clean-context' | 'sync',
        {
          readonly zn: readonly GoldenTensor[];
          /** The same of a DiT without temporal causality. */
          readonly together: readonly GoldenTensor[];
          readonly clips: readonly {
            readonly levels: number;
            readonly shortSidePx: number;
            readonly fps: number;
            readonly rgb: GoldenTensor;
          }[];
        }
      >
    >;
    readonly encoded: {
      readonly fps: number;
      readonly shortSidePx: number;
      readonly rgb: GoldenTensor;
      readonly zn: GoldenTensor;
    };
  };
  readonly 'tiny-chain.json': GoldenRun & {
    readonly ids: readonly number[];
    readonly modes: Readonly<
      Record<
        'clean-context' | 'sync',
        {
          readonly zn: readonly GoldenTensor[];
          readonly pictures: readonly {
            readonly levels: number;
            readonly shortSidePx: number;
            readonly rgb: GoldenTensor;
          }[];
        }
      >
    >;
  };
  readonly 'allocation.json': {
    readonly cases: readonly {
      readonly entropy: readonly number[];
      readonly average: number;
      readonly low: number;
      readonly high: number;
      readonly counts: readonly number[];
    }[];
    readonly patches: {
      readonly grid: Grid;
      readonly rgb: GoldenTensor;
      readonly entropy: readonly number[];
    };
    readonly alike: {
      readonly rgb: readonly [GoldenTensor, GoldenTensor];
      readonly psnr: number;
      readonly ssim: number;
    };
  };
  readonly 'tiny-counts.json': {
    readonly cases: readonly {
      readonly grid: Grid;
      readonly fps: number;
      readonly shortSidePx: number;
      readonly counts: readonly number[];
      /** Frames that were encoded. */
      readonly seen: GoldenTensor;
      /** Of the tokens that are there. */
      readonly zn: GoldenTensor;
      /** By level. */
      readonly rgb: readonly GoldenTensor[];
    }[];
  };
  readonly 'tiny-full.json': {
    readonly pictures: readonly {
      readonly levels: number;
      readonly shortSidePx: number;
      readonly rgb: GoldenTensor;
    }[];
  };
}

/** A golden file. Its shape is the writer's promise (training/dcs/golden.py). */
export function readGolden<Name extends keyof GoldenFiles>(name: Name): GoldenFiles[Name] {
  const url = new URL(`../../training/tests/golden/${name}`, import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(url), 'utf8')) as GoldenFiles[Name];
}

/** The values of a float32 tensor. */
export function goldenFloats({ data }: GoldenTensor): Float32Array<ArrayBuffer> {
  return new Float32Array(bytesOf(data).buffer);
}

/** The values of an int64 tensor. */
export function goldenIntegers({ data }: GoldenTensor): BigInt64Array<ArrayBuffer> {
  return new BigInt64Array(bytesOf(data).buffer);
}

function bytesOf(data: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(data, 'base64'));
}

/** The largest difference between two lists of values. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  return a.reduce((largest, value, i) => {
    const difference = Math.abs(value - b[i]!);
    return difference > largest || Number.isNaN(difference) ? difference : largest;
  }, 0);
}

/** The largest difference, as a part of the largest wanted value. */
export function relativeDifference(found: Float32Array, wanted: Float32Array): number {
  const scale = wanted.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return largestDifference(found, wanted) / Math.max(scale, Number.MIN_VALUE);
}
