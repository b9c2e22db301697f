import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatMs, percentOf } from './format';

describe('formatBytes', () => {
  it('keeps three or so digits at every size', () => {
    expect([0, 999, 1000, 4096, 999_499].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1 kB',
      '4 kB',
      '999 kB',
    ]);
    expect([999_500, 48_320_000, 120_400_000, 2.3e9].map(formatBytes)).toEqual([
      '1.0 MB',
      '48.3 MB',
      '120 MB',
      '2.30 GB',
    ]);
  });
});

describe('formatMs', () => {
  it('moves from milliseconds to seconds to minutes', () => {
    expect([0.42, 12.3, 999, 1234, 12_340, 200_000].map(formatMs)).toEqual([
      '0.4 ms',
      '12 ms',
      '999 ms',
      '1.23 s',
      '12.3 s',
      '3 min 20 s',
    ]);
  });
});

describe('formatDuration', () => {
  it('rounds up and never says zero', () => {
    expect([0, 999, 1001, 59_001, 61_000].map(formatDuration)).toEqual([
      'under 1 s',
      'under 1 s',
      '2 s',
      '1 min',
      '1 min 1 s',
    ]);
  });
});

describe('percentOf', () => {
  it('says 100 only at the end', () => {
    expect([-1, 0, 0.4267, 0.9999, 1, 2].map(percentOf)).toEqual([0, 0, 42, 99, 100, 100]);
  });
});
