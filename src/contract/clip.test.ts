import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAKE_MANIFEST } from '../engine/fake-manifest';
import {
  framePlace,
  framesPerSegment,
  isClip,
  MAX_FPS,
  MIN_FPS,
  posterPlace,
  secondsOf,
  segmentsFor,
} from './clip';

const config = {
  ...FAKE_MANIFEST.config,
  kt: 4,
  video: { maxSeconds: 3, fps: 24, temporalCausal: true },
};

describe('clips', () => {
  it.each([
    [0.5, 2],
    [0.62, 2],
    [0.63, 3],
    [2, 8],
    [3, 12],
  ])('of %d s have round(seconds * kt) segments', (seconds, segments) => {
    expect(segmentsFor(seconds, config)).toBe(segments);
  });

  it.each([0, -1, 0.3, 3.2, Infinity, NaN])(
    'of %d s are refused, with the lengths that do',
    (s) => {
      expect(() => segmentsFor(s, config)).toThrow('seconds must be a number from 0.5 to 3, found');
    },
  );

  it('are refused by a model of images, with what to do', () => {
    const ofImages = { ...config, video: null };
    expect(() => segmentsFor(1, ofImages)).toThrow('Ask for an image, or load a model that makes');
  });

  it.each([
    [24, 4, 6],
    [60, 4, 15],
    [6, 2, 3],
    [12, 6, 2],
  ])('at %d fps and kt %d have %d frames a segment', (fps, kt, pt) => {
    expect(framesPerSegment(fps, kt)).toBe(pt);
  });

  it.each([4, 6, 25, 64, 12.5, NaN])('at %d fps are refused, with the rates that do', (fps) => {
    expect(() => framesPerSegment(fps, 4)).toThrow('fps must be a multiple of 4 from 8 to 60');
  });

  it('show the same moments at every rate', () => {
    const pts = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(pts, pts, fc.nat(20), (pt, factor, segment) => {
        for (let j = 0; j < pt; j += 1) {
          const slow = framePlace(segment * pt + j, pt);
          const fast = framePlace((segment * pt + j + 1) * factor - 1, pt * factor);
          expect(fast).toEqual(slow);
          expect(slow.v).toBeGreaterThan(0);
        }
        expect(framePlace((segment + 1) * pt - 1, pt)).toEqual({ segment, v: 1 });
      }),
    );
  });

  it('last as long as their segments, and images do not last', () => {
    const grid = { gt: 6, gh: 4, gw: 4 };
    expect([isClip(grid), secondsOf(grid, 4)]).toEqual([true, 1.5]);
    expect([isClip({ ...grid, gt: 1 }), secondsOf({ ...grid, gt: 1 }, 4)]).toEqual([false, 0]);
    expect(posterPlace({ ...grid, gt: 1 })).toEqual({ segment: 0, v: 1 });
    expect(posterPlace(grid)).toEqual({ segment: 2, v: 1 });
    expect(MIN_FPS).toBeLessThan(MAX_FPS);
  });
});
