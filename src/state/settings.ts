/** What the user has chosen, as it is kept from one visit to the next. Everything here is plain data. */
import type { Aspect, Grid } from '../contract/grid';
import { MAX_FPS, MIN_FPS } from '../contract/clip';
import { parseSeed } from '../contract/seed';
import { EngineError } from '../contract/engine-error';
import { DEFAULT_NAME_TEMPLATE, MAX_TEMPLATE_LENGTH } from './file-names';

/** Offered aspects of the next picture, from tallest to widest. */
export const ASPECTS = ['1:2', '2:3', '3:4', '1:1', '4:3', '3:2', '2:1'] as const;

/** One of the offered aspects, written width:height. */
export type AspectName = (typeof ASPECTS)[number];

/** `system` follows the device's light or dark setting. */
export type Theme = 'system' | 'light' | 'dark';

/** Languages that the page speaks. */
export const LANGUAGES = ['system', 'en', 'de'] as const;

/** `system` follows the browser's languages. */
export type Language = (typeof LANGUAGES)[number];

/** Pixels of the short side that the size slider offers. */
export const SIZE_RANGE_PX = { minimum: 64, maximum: 1024, step: 16 } as const;

/** Clips are played from memory: four seconds at 60 frames a second take 250 MB at this size. */
export const LARGEST_CLIP_PX = 512;

/** A growing picture is drawn after every level; a larger size is drawn once, at the end. */
export const LARGEST_PREVIEW_PX = 512;

/** Sampler steps per level that the page offers; the engine takes more. */
export const STEPS_RANGE = { minimum: 4, maximum: 100 } as const;

/** Guidance scales that the page offers; 1 turns guidance off. */
export const GUIDANCE_RANGE = { minimum: 1, maximum: 15, step: 0.5 } as const;

/** Offered numbers of pictures for one press of Generate. */
export const COUNTS = [1, 4, 9, 16] as const;

/** Longest prompt kept, in UTF-16 units; the model reads far fewer. */
export const MAX_PROMPT_LENGTH = 10_000;

/** What the user has chosen. `null` means: what the model recommends. */
export interface Settings {
  readonly prompt: string;
  /** A whole number as text; see parseSeed. */
  readonly seed: string;
  /** Whether the next picture uses the same seed again. */
  readonly isSeedLocked: boolean;
  readonly aspect: AspectName;
  readonly steps: number | null;
  readonly guidance: number | null;
  /** Pictures that one press of Generate makes. */
  readonly count: number;
  /** Levels of the next picture; the model's levels if null or too many. */
  readonly levels: number | null;
  /** Pixels of the short side of what is shown. */
  readonly sizePx: number;
  /** Length of the next clip; null for a picture. */
  readonly seconds: number | null;
  /** Frames per second that clips are shown at. */
  readonly fps: number | null;
  readonly theme: Theme;
  readonly language: Language;
  readonly isHoodOpen: boolean;
  /** Names of downloaded files, with blanks; see fileStem. */
  readonly nameTemplate: string;
  /** Whether the tour was taken or turned down. */
  readonly isTourSeen: boolean;
}

/** Settings of a first visit. */
export const DEFAULT_SETTINGS: Settings = {
  prompt: '',
  seed: '1',
  isSeedLocked: false,
  aspect: '1:1',
  steps: null,
  guidance: null,
  count: 1,
  levels: null,
  sizePx: 256,
  seconds: null,
  fps: null,
  theme: 'system',
  language: 'system',
  isHoodOpen: false,
  nameTemplate: DEFAULT_NAME_TEMPLATE,
  isTourSeen: false,
};

/** Reads a stored document field by field; whatever is missing or out of range takes its default. */
export function parseSettings(json: unknown): Settings {
  const stored: Partial<Record<keyof Settings, unknown>> =
    typeof json === 'object' && json !== null ? json : {};
  const { prompt, seed, isSeedLocked, aspect, theme, isHoodOpen, nameTemplate } = stored;
  const whole = (value: unknown, minimum: number, maximum: number): number | null =>
    isBetween(value, minimum, maximum) && Number.isInteger(value) ? value : null;
  return {
    prompt: typeof prompt === 'string' ? prompt.slice(0, MAX_PROMPT_LENGTH) : '',
    seed: typeof seed === 'string' && isSeed(seed) ? seed : DEFAULT_SETTINGS.seed,
    isSeedLocked: isSeedLocked === true,
    aspect: ASPECTS.find((name) => name === aspect) ?? DEFAULT_SETTINGS.aspect,
    steps: whole(stored.steps, STEPS_RANGE.minimum, STEPS_RANGE.maximum),
    guidance: isBetween(stored.guidance, GUIDANCE_RANGE.minimum, GUIDANCE_RANGE.maximum)
      ? stored.guidance
      : null,
    count: COUNTS.find((count) => count === stored.count) ?? DEFAULT_SETTINGS.count,
    levels: whole(stored.levels, 1, 64),
    sizePx:
      whole(stored.sizePx, SIZE_RANGE_PX.minimum, SIZE_RANGE_PX.maximum) ?? DEFAULT_SETTINGS.sizePx,
    seconds: whole(stored.seconds, 1, 60),
    fps: whole(stored.fps, MIN_FPS, MAX_FPS),
    language: LANGUAGES.find((name) => name === stored.language) ?? 'system',
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    isHoodOpen: isHoodOpen === true,
    nameTemplate:
      typeof nameTemplate === 'string'
        ? nameTemplate.slice(0, MAX_TEMPLATE_LENGTH)
        : DEFAULT_SETTINGS.nameTemplate,
    isTourSeen: stored.isTourSeen === true,
  };
}

/** Whether a text can be used as a seed. */
export function isSeed(text: string): boolean {
  try {
    parseSeed(text);
    return true;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

/** The seed `by` further on, wrapping around at 2^64. An unreadable seed counts as 0. */
export function shiftSeed(seed: string, by: bigint): string {
  return parseSeed(BigInt(isSeed(seed) ? parseSeed(seed) : '0') + by);
}

/** The aspect of a name, for the engine. */
export function aspectOf(name: AspectName): Aspect {
  const [width = 1, height = 1] = name.split(':').map(Number);
  return { width, height };
}

/** The offered aspect that is nearest to a picture's grid. */
export function nearestAspect(grid: Grid): AspectName {
  const wanted = Math.log(grid.gw / grid.gh);
  const distance = (name: AspectName): number => {
    const { width, height } = aspectOf(name);
    return Math.abs(Math.log(width / height) - wanted);
  };
  return ASPECTS.reduce((best, name) => (distance(name) < distance(best) ? name : best));
}

function isBetween(value: unknown, minimum: number, maximum: number): value is number {
  return typeof value === 'number' && value >= minimum && value <= maximum;
}
