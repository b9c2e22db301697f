import { describe, expect, it } from 'vitest';
import { isEngineError } from './engine-error';
import { bundleFiles, parseManifest, REQUIRED_GRAPHS } from './manifest';

type Json = Record<string, unknown>;

const file = (name: string): Json => ({ file: name, sizeBytes: 3, sha256: 'a'.repeat(64) });
const graph = (name: string): Json => ({
  onnx: file(`${name}.onnx`),
  weights: { ...file(`${name}.f16.bin`), dtype: 'float16', externalName: `${name}.bin` },
  inputs: ['x'],
  outputs: ['y'],
});

function validJson(): Json {
  const size = { width: 16, heads: 2, layers: 2 };
  const frequencies = (): Json => ({ t: [1], y: [1], x: [1], level: [1] });
  return {
    schemaVersion: 1,
    id: 'tiny',
    name: 'Tiny',
    description: '',
    licence: 'Apache-2.0',
    createdAt: '2026-01-01T00:00:00Z',
    config: {
      k: 4,
      kt: 2,
      levels: 3,
      latentDim: 8,
      coordMode: 'center',
      measureBias: true,
      anchors: 4,
      textWidth: 32,
      maxTextTokens: 32,
      dit: size,
      trunk: size,
      patch: size,
    },
    rope: { patch: frequencies(), grid: frequencies() },
    sampler: { steps: 25, guidance: 6, timeShift: 0.25, mode: 'clean-context' },
    graphs: Object.fromEntries(
      [...REQUIRED_GRAPHS, 'depatchify_anchors'].map((name) => [name, graph(name)]),
    ),
    tokenizer: file('tokenizer.json'),
    emptyPromptIds: [5],
    vocabulary: {
      objects: [{ name: 'apple', synonyms: [], core: true }],
      colours: ['red'],
      styles: [],
      positions: [],
    },
    credits: [{ name: 'Art', author: 'A', licence: 'MIT', url: 'https://example.org' }],
    evaluation: { psnr: 20 },
  };
}

/** A valid manifest with the field at `path` replaced; undefined removes it. */
function changed(path: string, value: unknown): Json {
  const json = validJson();
  const names = path.split('.');
  let parent = json;
  for (const name of names.slice(0, -1)) parent = parent[name] as Json;
  parent[names.at(-1)!] = value;
  return json;
}

describe('parseManifest', () => {
  it('reads a whole manifest and ignores fields it does not know', () => {
    const manifest = parseManifest({ ...validJson(), newer: 1 });
    expect(manifest.config.levels).toBe(3);
    expect(manifest.graphs.dit_step.weights?.externalName).toBe('dit_step.bin');
    expect(manifest.graphs.attention_test).toBeNull();
    expect([manifest.config.video, manifest.config.anchorFrames]).toEqual([null, 1]);
    expect(bundleFiles(manifest)).toHaveLength(1 + 2 * (REQUIRED_GRAPHS.length + 1));
  });

  it('refuses clips of a model whose pixels look at all frames of a segment', () => {
    const json = changed('config.pixelAttention', 'full') as {
      config: Record<string, unknown>;
    };
    json.config['video'] = { maxSeconds: 2, fps: 24 };
    expect(() => parseManifest(json)).toThrow('config.video must be absent');
  });

  it('takes a model without pixelAttention for one with anchors', () => {
    expect(parseManifest(validJson()).config.pixelAttention).toBe('anchor');
  });

  it.each(['full', 'none'])('reads no anchors of a model with pixelAttention %s', (mode) => {
    const manifest = parseManifest(changed('config.pixelAttention', mode));
    expect(manifest.graphs.depatchify_anchors).toBeNull();
    expect(bundleFiles(manifest)).toHaveLength(1 + 2 * REQUIRED_GRAPHS.length);
  });

  it('reads what a model of clips may be asked for', () => {
    const { config } = parseManifest(changed('config.video', { maxSeconds: 2.5, fps: 24 }));
    expect(config.video).toEqual({ maxSeconds: 2.5, fps: 24, temporalCausal: true });
    const together = { maxSeconds: 2.5, fps: 24, temporalCausal: false };
    expect(parseManifest(changed('config.video', together)).config.video).toEqual(together);
    expect(parseManifest(changed('config.anchorFrames', 2)).config.anchorFrames).toBe(2);
  });

  it.each([
    ['schemaVersion', 2, 'schemaVersion must be a whole number, 1 to 1, found 2'],
    ['config.levels', 'four', 'config.levels must be a whole number, 1 to 64, found "four"'],
    ['config.dit.width', 15, 'config.dit.width must be a multiple of 4, found 15'],
    ['config.coordMode', 'middle', '"center" or "corner", found "middle"'],
    ['config.pixelAttention', 'some', '"anchor" or "full" or "none", found "some"'],
    ['config.classes', 10, 'config.classes must be absent, for the engine runs text models only'],
    ['graphs.depatchify_anchors', undefined, 'graphs.depatchify_anchors must be an object'],
    ['config.video', true, 'config.video must be an object, found true'],
    ['config.video', { maxSeconds: 0, fps: 24 }, 'config.video.maxSeconds must be a number above'],
    ['config.video', { maxSeconds: 2, fps: 25 }, 'config.video.fps must be a multiple of 2, found'],
    [
      'config.video',
      { maxSeconds: 2, fps: 24, temporalCausal: 1 },
      'config.video.temporalCausal must be true or false, found 1',
    ],
    ['graphs.dit_step', undefined, 'graphs.dit_step must be an object, found nothing'],
    ['graphs.dit_step.onnx.sha256', 'xyz', 'graphs.dit_step.onnx.sha256 must be a SHA-256'],
    ['tokenizer.file', '../secret', 'tokenizer.file must be a plain file name, found "../secret"'],
    ['tokenizer.file', 'https://example.org/x', 'a plain file name'],
    ['rope.grid.t', [1, 2], 'rope.grid must be 4 frequencies in all (it lists 5)'],
    ['emptyPromptIds', [1, -2], 'emptyPromptIds[1] must be a whole number'],
    ['vocabulary.objects', {}, 'vocabulary.objects must be a list, found {}'],
    ['vocabulary.motions', 'x', 'vocabulary.motions must be a list, found "x"'],
    ['sampler.timeShift', 0, 'sampler.timeShift must be a number above 0, found 0'],
    ['sampler.guidance', null, 'sampler.guidance must be a number, found null'],
  ])('names the field when %s is %j', (path, value, message) => {
    try {
      parseManifest(changed(path, value));
      expect.unreachable();
    } catch (error) {
      expect(isEngineError(error, 'ManifestInvalid')).toBe(true);
      expect((error as Error).message).toContain(message);
    }
  });

  it.each([null, [], 'text', 7])('refuses %j as a whole', (json) => {
    expect(() => parseManifest(json)).toThrow('the document must be an object');
  });
});
