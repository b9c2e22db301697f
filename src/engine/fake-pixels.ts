/** The pictures of the fake engine: sums of coloured waves, twice as fine with every level. */
import type { FramePlace } from '../contract/clip';
import { isClip, posterPlace } from '../contract/clip';
import type { Pixels } from '../contract/engine';
import type { Grid } from '../contract/grid';
import { sizeForShortSide } from '../contract/grid';
import { FAKE_MANIFEST } from './fake-manifest';

/** What a fake picture looks like. */
export interface FakeSubject {
  readonly prompt: string;
  readonly seed: string;
  readonly grid: Grid;
}

/** How the last level shows, and when. */
export interface FakeMoment {
  /** 0 to 1 fades in the last level. */
  readonly sharpness?: number;
  /** Waves turn once in two seconds. */
  readonly seconds?: number;
}

/** The first `levels` levels of a picture; the same every time, at any size. */
export function fakePixels(
  subject: FakeSubject,
  levels: number,
  shortSidePx: number,
  { sharpness = 1, seconds = 0 }: FakeMoment = {},
): Pixels {
  const { widthPx, heightPx } = sizeForShortSide(subject.grid, shortSidePx);
  const short = Math.min(widthPx, heightPx);
  const waves = [0, 1, 2].map((colour) =>
    Array.from({ length: levels }, (_, level) => ({
      ...randomWave(`${subject.seed} ${subject.prompt} ${level} ${colour}`, level),
      strength: (level === levels - 1 ? sharpness : 1) / (level + 1),
    })),
  );
  const rgba = new Uint8ClampedArray(widthPx * heightPx * 4);
  let index = 0;
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      waves.forEach((ofColour, colour) => {
        let value = 0;
        for (const { fy, fx, phase, strength } of ofColour) {
          const angle = (fy * (y + 0.5)) / short + (fx * (x + 0.5)) / short + phase;
          value += strength * Math.sin(angle + Math.PI * seconds);
        }
        rgba[index + colour] = 128 + 60 * value;
      });
      rgba[index + 3] = 255;
      index += 4;
    }
  }
  return { width: widthPx, height: heightPx, rgba };
}

/** When the frame is that is shown where one is shown. */
export function fakePoster({ grid }: FakeSubject): { readonly seconds: number } {
  return fakeMoment(posterPlace(grid), grid);
}

/** When a frame is, in seconds; images stand still. */
export function fakeMoment(place: FramePlace, grid: Grid): { readonly seconds: number } {
  return { seconds: isClip(grid) ? (place.segment + place.v) / FAKE_MANIFEST.config.kt : 0 };
}

/** A wave that depends on every character (FNV-1a, then a linear congruential generator). */
function randomWave(text: string, level: number): { fy: number; fx: number; phase: number } {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  const draw = (): number => {
    hash = (Math.imul(hash, 1664525) + 1013904223) >>> 0;
    return hash / 2 ** 32;
  };
  const frequency = (): number => (draw() * 2 - 1) * 6 * 2 ** level;
  return { fy: frequency(), fx: frequency(), phase: draw() * 6.3 };
}
