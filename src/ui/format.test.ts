import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatDay,
  formatDecimal,
  formatDuration,
  formatMs,
  percentOf,
} from './format';

describe('formatBytes', () => {
  it('keeps three or so digits at every size', () => {
    expect([0, 999, 1000, 4096, 999_499].map((bytes) => formatBytes(bytes))).toEqual([
      '0 B',
      '999 B',
      '1 kB',
      '4 kB',
      '999 kB',
    ]);
    expect([999_500, 48_320_000, 120_400_000, 2.3e9].map((bytes) => formatBytes(bytes))).toEqual([
      '1.0 MB',
      '48.3 MB',
      '120 MB',
      '2.30 GB',
    ]);
  });
});

describe('formatMs', () => {
  it('moves from milliseconds to seconds to minutes', () => {
    expect([0.42, 12.3, 999, 1234, 12_340, 200_000].map((ms) => formatMs(ms))).toEqual([
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
    expect([0.5, 999, 1001, 59_001, 61_000].map(formatDuration)).toEqual([
      '1 s',
      '1 s',
      '2 s',
      '1 min',
      '1 min 1 s',
    ]);
  });
});

describe('German', () => {
  it('has a comma where English has a point', () => {
    expect(formatDecimal(6, 1, 'de')).toBe('6,0');
    expect([999, 48_320_000, 2.3e9].map((bytes) => formatBytes(bytes, 'de'))).toEqual([
      '999 B',
      '48,3 MB',
      '2,30 GB',
    ]);
    expect([0.42, 1234].map((ms) => formatMs(ms, 'de'))).toEqual(['0,4 ms', '1,23 s']);
  });
});

describe('formatDay', () => {
  it('writes the day as the language does, and leaves what is no date', () => {
    expect(formatDay('2026-11-20T23:30:00Z', 'en')).toBe('November 20, 2026');
    expect(formatDay('2026-11-20T23:30:00Z', 'de')).toBe('20. November 2026');
    expect(formatDay('long ago', 'en')).toBe('long ago');
  });
});

describe('percentOf', () => {
  it('says 100 only at the end', () => {
    expect([-1, 0, 0.4267, 0.9999, 1, 2].map(percentOf)).toEqual([0, 0, 42, 99, 100, 100]);
  });
});
