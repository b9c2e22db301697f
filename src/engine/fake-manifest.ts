import type { BundleFile, GraphFiles, ModelManifest } from '../contract/manifest';
import { REQUIRED_GRAPHS } from '../contract/manifest';

const FILE: BundleFile = { file: 'none', sizeBytes: 1_000_000, sha256: '0'.repeat(64) };
const GRAPH: GraphFiles = { onnx: FILE, weights: null, inputs: [], outputs: [] };
const SIZE = { width: 32, heads: 2, layers: 2 };
const FREQUENCIES = { t: [1], y: [1, 2, 4], x: [1, 2, 4], level: [1] };

/** The manifest of a model that does not exist: four levels, a dozen words. */
export const FAKE_MANIFEST: ModelManifest = {
  schemaVersion: 1,
  id: 'fake',
  name: 'Fake',
  description: 'Coloured waves in place of a model, for work on the page.',
  licence: 'Apache-2.0',
  createdAt: '2026-01-01T00:00:00Z',
  config: {
    k: 8,
    kt: 4,
    levels: 4,
    latentDim: 16,
    coordMode: 'center',
    measureBias: true,
    pixelAttention: 'anchor',
    anchors: 8,
    anchorFrames: 1,
    textWidth: 512,
    maxTextTokens: 32,
    dit: SIZE,
    trunk: SIZE,
    patch: SIZE,
    video: { maxSeconds: 3, fps: 24, temporalCausal: true },
  },
  rope: { patch: FREQUENCIES, grid: FREQUENCIES },
  sampler: { steps: 25, guidance: 3, timeShift: 1, mode: 'clean-context' },
  graphs: {
    ...(Object.fromEntries(REQUIRED_GRAPHS.map((name) => [name, GRAPH])) as Record<
      (typeof REQUIRED_GRAPHS)[number],
      GraphFiles
    >),
    depatchify_anchors: GRAPH,
    attention_test: null,
  },
  tokenizer: FILE,
  emptyPromptIds: [0],
  vocabulary: {
    objects: [
      { name: 'apple', synonyms: [], core: true },
      { name: 'cat', synonyms: ['kitty', 'kitten'], core: true },
      { name: 'house', synonyms: ['home'], core: true },
      { name: 'boat', synonyms: ['ship'], core: false },
      { name: 'flower', synonyms: ['blossom'], core: false },
    ],
    colours: ['red', 'green', 'blue', 'yellow', 'light blue'],
    styles: ['flat', 'outline'],
    positions: ['in the centre', 'on the left', 'on the right'],
    motions: ['bouncing', 'spinning', 'moving left', 'fading'],
  },
  credits: [{ name: 'Waves', author: 'Nobody', licence: 'CC0', url: 'https://example.org/' }],
  evaluation: {},
};
