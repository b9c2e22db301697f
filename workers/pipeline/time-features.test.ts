import { describe, expect, it } from 'vitest';
import { timeFeatures } from './time-features';

describe('timeFeatures', () => {
  it('are cosines then sines, from 1000 t down to 1000 t / 10000^(127/128)', () => {
    const t = 0.37;
    const features = timeFeatures(t);
    expect(features).toHaveLength(256);
    expect(features[0]).toBeCloseTo(Math.cos(1000 * t), 6);
    expect(features[128]).toBeCloseTo(Math.sin(1000 * t), 6);
    const lowest = 1000 * t * 10000 ** (-127 / 128);
    expect(features[127]).toBeCloseTo(Math.cos(lowest), 6);
    expect(features[255]).toBeCloseTo(Math.sin(lowest), 6);
  });

  it('at time 0 are ones and zeros', () => {
    const features = timeFeatures(0);
    expect(features.slice(0, 128).every((value) => value === 1)).toBe(true);
    expect(features.slice(128).every((value) => value === 0)).toBe(true);
  });
});
