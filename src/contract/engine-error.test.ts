import { describe, expect, it } from 'vitest';
import { EngineError, isEngineError } from './engine-error';

describe('isEngineError', () => {
  it('knows an error by its name alone, as it arrives from a worker', () => {
    const arrived = new Error('GPU device was lost.');
    arrived.name = 'DeviceLost';
    expect(isEngineError(arrived)).toBe(true);
    expect(isEngineError(arrived, 'DeviceLost')).toBe(true);
    expect(isEngineError(arrived, 'OutOfMemory')).toBe(false);
  });

  it('knows other errors and values as not its own', () => {
    expect(isEngineError(new TypeError('x'))).toBe(false);
    expect(isEngineError('DeviceLost')).toBe(false);
    expect(isEngineError(new EngineError('BadRequest', 'x'), 'BadRequest')).toBe(true);
  });
});
