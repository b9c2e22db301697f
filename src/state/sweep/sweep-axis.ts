/** What a grid of pictures varies along one side, as somebody writes it. Pure. */
import { ASPECTS, GUIDANCE_RANGE, isSeed, SIZE_RANGE_PX, STEPS_RANGE } from '../settings';

/** What can be varied. Levels and sizes cost no generation of their own. */
export const AXIS_NAMES = ['steps', 'guidance', 'seed', 'levels', 'aspect', 'size'] as const;

/** One of the things that can be varied. */
export type AxisName = (typeof AXIS_NAMES)[number];

/** One side of a grid. */
export interface Axis {
  readonly name: AxisName;
  /** As they are written, in the order of the cells. */
  readonly values: readonly string[];
}

/** Why a text gives no side of a grid. */
export type AxisProblem =
  | { readonly type: 'empty' }
  | { readonly type: 'too-many'; readonly most: number }
  | { readonly type: 'not-a-value'; readonly found: string };

/** Cells along one side, so that a sheet can still be looked at. */
const MOST_VALUES = 8;

/** Reads values with commas between them. Equal ones count once. */
export function readAxis(
  name: AxisName,
  text: string,
  levelsMax: number,
): { readonly axis: Axis } | { readonly problem: AxisProblem } {
  const values = [...new Set(text.split(',').map((value) => value.trim()))].filter(Boolean);
  if (values.length === 0) return { problem: { type: 'empty' } };
  if (values.length > MOST_VALUES) return { problem: { type: 'too-many', most: MOST_VALUES } };
  const found = values.find((value) => !isValue(name, value, levelsMax));
  if (found !== undefined) return { problem: { type: 'not-a-value', found: found.slice(0, 40) } };
  return { axis: { name, values } };
}

/** How many cells a grid has, and how many pictures have to be made for them. */
export function sweepCost(x: Axis, y: Axis): { readonly count: number; readonly cells: number } {
  const runs = [x, y].filter(({ name }) => name !== 'levels' && name !== 'size');
  return {
    count: runs.reduce((product, { values }) => product * values.length, 1),
    cells: x.values.length * y.values.length,
  };
}

/** Values to start from. */
export function usualValues(
  name: AxisName,
  { levelsMax, seed }: { readonly levelsMax: number; readonly seed: string },
): string {
  switch (name) {
    case 'steps':
      return '8, 25';
    case 'guidance':
      return '1, 4, 8';
    case 'seed':
      return [0n, 1n, 2n].map((by) => String(BigInt(isSeed(seed) ? seed : 1) + by)).join(', ');
    case 'levels':
      return Array.from({ length: levelsMax }, (_, index) => index + 1).join(', ');
    case 'aspect':
      return '1:1, 3:2, 2:3';
    case 'size':
      return '64, 128, 256';
  }
}

function isValue(name: AxisName, value: string, levelsMax: number): boolean {
  const number = Number(value);
  const isWithin = (minimum: number, maximum: number): boolean =>
    number >= minimum && number <= maximum;
  switch (name) {
    case 'steps':
      return Number.isInteger(number) && isWithin(STEPS_RANGE.minimum, STEPS_RANGE.maximum);
    case 'guidance':
      return isWithin(GUIDANCE_RANGE.minimum, GUIDANCE_RANGE.maximum);
    case 'seed':
      return isSeed(value);
    case 'levels':
      return Number.isInteger(number) && isWithin(1, levelsMax);
    case 'aspect':
      return ASPECTS.some((offered) => offered === value);
    case 'size':
      return Number.isInteger(number) && isWithin(SIZE_RANGE_PX.minimum, SIZE_RANGE_PX.maximum);
  }
}
