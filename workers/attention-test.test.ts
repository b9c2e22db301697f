import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openNative } from '../cli/node-session';
import { TINY } from '../cli/testing/engines';
import { attention, checkAttention } from './attention-test';
import { meterBackend } from './metered-backend';
import type { GraphBytes, SessionBackend } from './session-backend';

async function attentionGraph(): Promise<GraphBytes> {
  const onnx = new Uint8Array(await readFile(join(TINY, 'attention_test.onnx')));
  return { name: 'attention_test', onnx, weights: null };
}

describe('checkAttention', () => {
  it('passes a backend that computes attention, and leaves nothing behind', async () => {
    const backend = meterBackend(await openNative(), () => 0);
    await checkAttention(backend, await attentionGraph());
    expect(backend.counts()).toMatchObject({ liveTensors: 0, sessionRuns: 3 });
  });

  it.each([0.01, NaN])('fails a backend that is off by %d in one value', async (error) => {
    const native = await openNative();
    const wrong: SessionBackend = {
      ...native,
      download: async (tensor) => {
        const values = await native.download(tensor);
        values[5]! += error;
        return values;
      },
    };
    await expect(checkAttention(wrong, await attentionGraph())).rejects.toMatchObject({
      name: 'NoWebGpu',
    });
  });
});

describe('attention', () => {
  it('averages the values when all scores are equal', () => {
    const v = Float32Array.from({ length: 32 }, (_, i) => i);
    const result = attention(new Float32Array(16), new Float32Array(32), v);
    expect([...result]).toEqual(Array.from({ length: 16 }, (_, c) => (c + c + 16) / 2));
  });
});
