/** The command line as data: every option is read and checked here, before anything is loaded. */
import type { ParseArgsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import type { ContextMode, GenerateRequest, LatentEncoding } from '../src/contract/engine';
import type { Aspect } from '../src/contract/grid';
import { parseSeed } from '../src/contract/seed';
import { formatOf } from './out-format';
import type { NodeBackend } from './node-host';

/** A mistake in how the command was called; shown with the usage, exit code 2. */
export class UsageError extends Error {}

interface CommonOptions {
  /** Folder of the model; null for the one that fits. */
  readonly model: string | null;
  readonly backend: NodeBackend;
  readonly isJson: boolean;
}

/** A parsed command. */
export type Command =
  | { readonly name: 'help' }
  | ({ readonly name: 'info'; readonly latent: string | null } & CommonOptions)
  | ({
      readonly name: 'decode';
      readonly latent: string;
      readonly out: string;
      readonly sizePx: number;
      /** Frames per second of a clip; what the model recommends if null. */
      readonly fps: number | null;
      /** All levels of the file if null. */
      readonly levels: number | null;
    } & CommonOptions)
  | ({
      readonly name: 'generate';
      /** Null to continue from a file, which has its own. */
      readonly start: Omit<GenerateRequest, 'levels' | 'seconds'> | null;
      /** Null for an image; a clip is as long as the model's longest if `seconds` is null. */
      readonly clip: { readonly seconds: number | null } | null;
      /** Frames per second of a clip; what the model recommends if null. */
      readonly fps: number | null;
      readonly continueFrom: string | null;
      /** All levels of the model if null. */
      readonly levels: number | null;
      readonly stopLevel: number | null;
      readonly sizePx: number;
      readonly out: string;
      readonly save: string | null;
      readonly encoding: LatentEncoding;
    } & CommonOptions);

/** How the program is called. */
export const USAGE = `Usage:
  npm run dcs -- generate --prompt TEXT --out FILE.png [options]
      --seed N            any whole number (default 1)
      --levels N          levels to generate (default: all of the model)
      --steps N           sampler steps in each level (default: the model's)
      --guidance N        weight of the prompt (default: the model's)
      --mode MODE         image or video (default image)
      --context SCHEME    clean-context or sync (default: the model's; --mode takes it too)
      --aspect W:H        shape of the picture (default 1:1)
      --size PX           pixels of the short side (default 256)
      --seconds N         length of a clip (default: the longest that the model makes)
      --fps N             frames per second of a clip (default: the model's)
      --stop-level N      end after this level; continue later
      --save FILE.dcs     keep the picture, to decode or continue it
      --encoding NAME     bits of its values: int8, float16 or float32 (default float32, which continues exactly)
      --continue FILE.dcs add levels to a kept picture (no prompt, seed, steps, guidance, mode, context, aspect, seconds)
  npm run dcs -- decode --latent FILE.dcs --out FILE.png [--size PX] [--levels N] [--fps N]
  npm run dcs -- info [--latent FILE.dcs]
A clip goes to FILE.mp4, to FOLDER/ as numbered PNG files, or to FILE.png, animated.
Options of all commands:
      --model FOLDER      the model (default: the one that made the file; nano for an image, nano-clips for a video)
      --backend NAME      native or wasm (default native)
      --json              print one JSON document with timings`;

const COMMON = {
  model: { type: 'string' },
  backend: { type: 'string', default: 'native' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options'];

const TEXT = { type: 'string' } as const;

const OPTIONS = {
  generate: {
    ...COMMON,
    prompt: TEXT,
    seed: TEXT,
    levels: TEXT,
    steps: TEXT,
    guidance: TEXT,
    mode: TEXT,
    context: TEXT,
    seconds: TEXT,
    fps: TEXT,
    aspect: TEXT,
    size: TEXT,
    out: TEXT,
    save: TEXT,
    encoding: TEXT,
    'stop-level': TEXT,
    continue: TEXT,
  },
  decode: { ...COMMON, latent: TEXT, out: TEXT, size: TEXT, levels: TEXT, fps: TEXT },
  info: { ...COMMON, latent: TEXT },
} as const satisfies Record<string, ParseArgsConfig['options']>;

const ENCODINGS: readonly LatentEncoding[] = ['int8', 'float16', 'float32'];

const CONTEXT_MODES: readonly ContextMode[] = ['clean-context', 'sync'];

const DEFAULT_SIZE = '256';

/**
 * Reads the arguments after the program's name.
 *
 * @throws {UsageError} saying which option is wrong
 */
export function parseCommand(args: readonly string[]): Command {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help') return { name: 'help' };
  switch (name) {
    case 'generate':
      return parseGenerate(rest);
    case 'decode': {
      const values = parse(rest, OPTIONS.decode);
      if (values.help) return { name: 'help' };
      return {
        name,
        ...commonOptions(values),
        latent: required('latent', values.latent),
        out: required('out', values.out),
        sizePx: whole('size', values.size ?? DEFAULT_SIZE),
        fps: values.fps === undefined ? null : whole('fps', values.fps),
        levels: values.levels === undefined ? null : whole('levels', values.levels),
      };
    }
    case 'info': {
      const values = parse(rest, OPTIONS.info);
      if (values.help) return { name: 'help' };
      return { name, ...commonOptions(values), latent: values.latent ?? null };
    }
    default:
      throw new UsageError(`There is no command "${name}". Use generate, decode or info.`);
  }
}

function parseGenerate(args: readonly string[]): Command {
  const values = parse(args, OPTIONS.generate);
  if (values.help) return { name: 'help' };
  const continueFrom = values.continue ?? null;
  const fixed = [
    ...['prompt', 'seed', 'steps', 'guidance', 'mode', 'context', 'aspect', 'seconds'],
  ] as const;
  const conflict = fixed.find((option) => values[option] !== undefined);
  if (continueFrom !== null && conflict !== undefined) {
    throw new UsageError(
      `--${conflict} cannot be given with --continue: the kept picture has its own.`,
    );
  }
  const clip = readClip(values);
  const out = required('out', values.out);
  if (continueFrom === null && clip === null) assertImage(out, values);
  return {
    name: 'generate',
    ...commonOptions(values),
    clip,
    fps: values.fps === undefined ? null : whole('fps', values.fps),
    start: continueFrom === null ? readStart(values) : null,
    continueFrom,
    levels: values.levels === undefined ? null : whole('levels', values.levels),
    stopLevel:
      values['stop-level'] === undefined ? null : whole('stop-level', values['stop-level']),
    sizePx: whole('size', values.size ?? DEFAULT_SIZE),
    out,
    save: values.save ?? null,
    encoding: oneOf('encoding', values.encoding ?? 'float32', ENCODINGS),
  };
}

type GenerateValues = {
  readonly [Option in keyof (typeof OPTIONS)['generate']]?: string | boolean | undefined;
};

/** `--mode` says what to make; it took the context scheme before there were clips, and still does. */
const WHAT = ['image', 'video'];

function readClip(values: GenerateValues): { readonly seconds: number | null } | null {
  if (values.mode !== 'video') return null;
  const { seconds } = values;
  return { seconds: typeof seconds === 'string' ? number('seconds', seconds) : null };
}

function assertImage(out: string, values: GenerateValues): void {
  const option = (['seconds', 'fps'] as const).find((name) => values[name] !== undefined);
  if (option !== undefined) throw new UsageError(`--${option} is for clips: add --mode video.`);
  if (formatOf(out) !== 'png') throw new UsageError(`--out ${out} is for clips: add --mode video.`);
}

function readContext(mode: string | undefined, context: string | undefined): ContextMode | null {
  if (mode === undefined || WHAT.includes(mode)) {
    return context === undefined ? null : oneOf('context', context, CONTEXT_MODES);
  }
  if (context === undefined && CONTEXT_MODES.some((scheme) => scheme === mode)) {
    return oneOf('mode', mode, CONTEXT_MODES);
  }
  throw new UsageError(`--mode must be image or video, got "${mode}".`);
}

function readStart(values: GenerateValues): Omit<GenerateRequest, 'levels' | 'seconds'> {
  const text = (option: keyof typeof values): string | undefined => {
    const value = values[option];
    return typeof value === 'string' ? value : undefined;
  };
  const steps = text('steps');
  const guidance = text('guidance');
  const mode = readContext(text('mode'), text('context'));
  return {
    prompt: required('prompt', text('prompt')),
    seed: readSeed(text('seed') ?? '1'),
    aspect: readAspect(text('aspect') ?? '1:1'),
    ...(steps !== undefined && { steps: whole('steps', steps) }),
    ...(guidance !== undefined && { guidance: number('guidance', guidance) }),
    ...(mode !== null && { mode }),
  };
}

function parse<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options; allowNegative: false }>>['values'] {
  try {
    return parseArgs({ args: [...args], options, allowNegative: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function commonOptions(values: {
  readonly model?: string | undefined;
  readonly backend: string;
  readonly json: boolean;
}): CommonOptions {
  return {
    model: values.model ?? null,
    backend: oneOf<NodeBackend>('backend', values.backend, ['native', 'wasm']),
    isJson: values.json,
  };
}

function required(option: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`--${option} is missing.`);
  return value;
}

function whole(option: string, value: string): number {
  if (!/^\d{1,15}$/.test(value)) {
    throw new UsageError(`--${option} must be a whole number, got "${value}".`);
  }
  return Number(value);
}

function number(option: string, value: string): number {
  if (value.trim() === '' || !Number.isFinite(Number(value))) {
    throw new UsageError(`--${option} must be a number, got "${value}".`);
  }
  return Number(value);
}

function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    throw new UsageError(`--${option} must be ${choices.join(' or ')}, got "${value}".`);
  }
  return found;
}

function readSeed(value: string): string {
  try {
    return parseSeed(value);
  } catch {
    throw new UsageError(`--seed must be a whole number, got "${value}".`);
  }
}

function readAspect(value: string): Aspect {
  const match = /^(\d{1,6}(?:\.\d+)?):(\d{1,6}(?:\.\d+)?)$/.exec(value);
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  if (!(width > 0 && height > 0)) {
    throw new UsageError(`--aspect must be like 16:9, got "${value}".`);
  }
  return { width, height };
}
