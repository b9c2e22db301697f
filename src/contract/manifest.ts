/**
 * The manifest of a model bundle: the only description of a model that crosses from Python to TypeScript. Written by
 * training, read here once; behind `parseManifest` its fields are trusted.
 */
import { EngineError } from './engine-error';
import { JsonReader } from './json-reader';
import type { ModelConfig, TransformerSize } from './model-config';
import { headWidth, readConfig } from './model-config';

/** One file of the bundle; `file` is relative to the manifest. */
export interface BundleFile {
  readonly file: string;
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** Weights of a graph, stored as float16 in the order of the external file `externalName` the graph refers to. */
export interface WeightsFile extends BundleFile {
  readonly dtype: 'float16';
  readonly externalName: string;
}

/** One exported graph; the input and output names are those of docs/graphs.md. */
export interface GraphFiles {
  readonly onnx: BundleFile;
  readonly weights: WeightsFile | null;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Graphs every bundle has. */
export const REQUIRED_GRAPHS = [
  'text_encoder',
  'dit_step',
  'decoder_trunk',
  'depatchify',
  'tok_encoder',
] as const;

/** A graph of docs/graphs.md, or the load-time check `attention_test`. */
export type GraphName = (typeof REQUIRED_GRAPHS)[number] | 'depatchify_anchors' | 'attention_test';

/** Angular frequencies of the rotary position embedding, one list per axis; together the pairs of a head. */
export interface RopeFrequencies {
  readonly t: readonly number[];
  readonly y: readonly number[];
  readonly x: readonly number[];
  readonly level: readonly number[];
}

/** Something the model can draw. */
export interface VocabularyObject {
  readonly name: string;
  readonly synonyms: readonly string[];
  /** Whether the model was taught it with emphasis. */
  readonly core: boolean;
}

/** Whose art a model was trained on. */
export interface Credit {
  readonly name: string;
  readonly author: string;
  readonly licence: string;
  readonly url: string;
}

/** A parsed manifest, `schemaVersion` 1. */
export interface ModelManifest {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly licence: string;
  readonly createdAt: string;
  readonly config: ModelConfig;
  /** `patch`: inside a patch; `grid`: between patches, for the trunk and the DiT. */
  readonly rope: { readonly patch: RopeFrequencies; readonly grid: RopeFrequencies };
  readonly sampler: {
    readonly steps: number;
    readonly guidance: number;
    /** Of the sampler's times: 1 spreads them evenly, less puts more steps at the noisy end (paper Table 5). */
    readonly timeShift: number;
    readonly mode: 'clean-context' | 'sync';
  };
  readonly graphs: Readonly<Record<(typeof REQUIRED_GRAPHS)[number], GraphFiles>> & {
    /** Null unless `pixelAttention` is `anchor`. */
    readonly depatchify_anchors: GraphFiles | null;
    readonly attention_test: GraphFiles | null;
  };
  readonly tokenizer: BundleFile;
  /** Token ids of the empty caption, the other branch of guidance. */
  readonly emptyPromptIds: readonly number[];
  readonly vocabulary: {
    readonly objects: readonly VocabularyObject[];
    readonly colours: readonly string[];
    readonly styles: readonly string[];
    readonly positions: readonly string[];
    /** What things do in clips; empty for a model of images. */
    readonly motions: readonly string[];
  };
  readonly credits: readonly Credit[];
  /** Measurements of these very weights, by name. */
  readonly evaluation: Readonly<Record<string, unknown>>;
}

/**
 * Reads a manifest from parsed JSON.
 *
 * @throws {EngineError} ManifestInvalid naming the first field that is missing or wrong
 */
export function parseManifest(json: unknown): ModelManifest {
  const root = new JsonReader(json, '', (message) => {
    return new EngineError(
      'ManifestInvalid',
      `The model manifest cannot be used: ${message}. Check the model address, or export the model again.`,
    );
  });
  root.field('schemaVersion').whole(1, 1);
  const config = readConfig(root.field('config'));
  const manifest: ModelManifest = {
    schemaVersion: 1,
    id: root.field('id').matching(/^[A-Za-z0-9._-]{1,64}$/, 'a short identifier'),
    name: root.field('name').text(),
    description: root.field('description').text(),
    licence: root.field('licence').text(),
    createdAt: root.field('createdAt').text(),
    config,
    rope: {
      patch: readFrequencies(root.field('rope').field('patch'), config.patch),
      grid: readFrequencies(root.field('rope').field('grid'), config.trunk),
    },
    sampler: {
      steps: root.field('sampler').field('steps').whole(1, 1000),
      guidance: root.field('sampler').field('guidance').finite(),
      timeShift: root.field('sampler').field('timeShift').positive(),
      mode: root.field('sampler').field('mode').oneOf(['clean-context', 'sync']),
    },
    graphs: readGraphs(root.field('graphs'), config),
    tokenizer: readFile(root.field('tokenizer')),
    emptyPromptIds: root.field('emptyPromptIds').list((id) => id.whole(0)),
    vocabulary: readVocabulary(root.field('vocabulary')),
    credits: root.field('credits').list((credit) => ({
      name: credit.field('name').text(),
      author: credit.field('author').text(),
      licence: credit.field('licence').text(),
      url: credit.field('url').text(),
    })),
    evaluation: root.field('evaluation').record(),
  };
  if (headWidth(config.dit) !== headWidth(config.trunk)) {
    throw root.field('config').field('dit').error('a size with the head width of config.trunk');
  }
  return manifest;
}

/** Every file of a bundle that has to be fetched, in the order it is needed. */
export function bundleFiles(manifest: ModelManifest): BundleFile[] {
  const graphs = [
    manifest.graphs.attention_test,
    ...REQUIRED_GRAPHS.map((n) => manifest.graphs[n]),
    manifest.graphs.depatchify_anchors,
  ];
  const files = graphs.flatMap((graph) =>
    graph === null ? [] : [graph.onnx, ...(graph.weights === null ? [] : [graph.weights])],
  );
  return [manifest.tokenizer, ...files];
}

function readFrequencies(reader: JsonReader, size: TransformerSize): RopeFrequencies {
  const axis = (name: keyof RopeFrequencies): number[] =>
    reader.field(name).list((frequency) => frequency.finite());
  const frequencies = { t: axis('t'), y: axis('y'), x: axis('x'), level: axis('level') };
  const pairs = Object.values(frequencies).reduce((sum, list) => sum + list.length, 0);
  if (pairs * 2 !== headWidth(size)) {
    throw reader.error(
      `${String(headWidth(size) / 2)} frequencies in all (it lists ${String(pairs)})`,
    );
  }
  return frequencies;
}

function readFile(reader: JsonReader): BundleFile {
  return {
    // A plain relative path: a bundle cannot make the page fetch from anywhere else.
    file: reader.field('file').matching(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/, 'a plain file name'),
    sizeBytes: reader.field('sizeBytes').whole(0),
    sha256: reader.field('sha256').matching(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal'),
  };
}

function readGraphs(reader: JsonReader, { pixelAttention }: ModelConfig): ModelManifest['graphs'] {
  const required = Object.fromEntries(
    REQUIRED_GRAPHS.map((name) => [name, readGraph(reader.field(name))]),
  ) as Record<(typeof REQUIRED_GRAPHS)[number], GraphFiles>;
  const test = reader.field('attention_test');
  return {
    ...required,
    depatchify_anchors:
      pixelAttention === 'anchor' ? readGraph(reader.field('depatchify_anchors')) : null,
    attention_test: test.isAbsent() ? null : readGraph(test),
  };
}

function readGraph(reader: JsonReader): GraphFiles {
  const weights = reader.field('weights');
  return {
    onnx: readFile(reader.field('onnx')),
    weights: weights.isAbsent()
      ? null
      : {
          ...readFile(weights),
          dtype: weights.field('dtype').oneOf(['float16']),
          externalName: weights.field('externalName').text(),
        },
    inputs: reader.field('inputs').list((name) => name.text()),
    outputs: reader.field('outputs').list((name) => name.text()),
  };
}

function readVocabulary(reader: JsonReader): ModelManifest['vocabulary'] {
  const words = (name: string): string[] => reader.field(name).list((word) => word.text());
  return {
    objects: reader.field('objects').list((object) => ({
      name: object.field('name').text(),
      synonyms: object.field('synonyms').list((word) => word.text()),
      core: object.field('core').flag(),
    })),
    colours: words('colours'),
    styles: words('styles'),
    positions: words('positions'),
    motions: reader.field('motions').isAbsent() ? [] : words('motions'),
  };
}
