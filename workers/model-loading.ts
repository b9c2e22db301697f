/** From a bundle's address to a model that can run: files, backend, graphs. */
import type { BackendChoice, LoadEvent } from '../src/contract/engine';
import { EngineError } from '../src/contract/engine-error';
import type { BundleFile, GraphName, ModelManifest } from '../src/contract/manifest';
import { bundleFiles, parseManifest } from '../src/contract/manifest';
import type { BundleSource, ChosenBackend, EngineHost } from './engine-host';
import { meterBackend } from './metered-backend';
import type { Model, ReadyGraph, ReadyGraphs } from './model';
import { widenHalf } from './pipeline/half';
import type { GraphBytes, GraphSession } from './session-backend';
import { createTextTokenizer, inLowerCase, type TextTokenizer } from './text-tokenizer';

const READY_GRAPHS: readonly ReadyGraph[] = [
  'text_encoder',
  'dit_step',
  'decoder_trunk',
  'depatchify_anchors',
  'depatchify',
];

/** What to load, and whom to tell. */
export interface ModelRequest {
  readonly bundleUrl: string;
  readonly backend: BackendChoice;
  readonly signal: AbortSignal;
  readonly onEvent: (event: LoadEvent) => void;
}

/** A loaded model and how its backend was chosen. */
export interface LoadedModel extends Pick<ChosenBackend, 'whyNotWebGpu'> {
  readonly model: Model;
}

/**
 * Loads a bundle. When it fails nothing stays behind.
 *
 * @throws {EngineError} any of the codes of workers/SPEC.md, section Loading
 */
export async function loadModel(host: EngineHost, request: ModelRequest): Promise<LoadedModel> {
  const { onEvent, signal } = request;
  const source = host.openBundle(request.bundleUrl, onEvent, signal);
  const manifest = parseManifest(await source.readManifest());
  onEvent({ type: 'manifest-read', manifest });
  const contents = await readFiles(source, manifest, onEvent);
  throwIfCancelled(signal);
  const graphBytes = (name: GraphName): GraphBytes => toGraphBytes(manifest, name, contents);
  const hasTest = manifest.graphs.attention_test !== null;
  const chosen = await host.openBackend(
    request.backend,
    hasTest ? graphBytes('attention_test') : null,
  );
  const { whyNotWebGpu } = chosen;
  const backend = meterBackend(chosen.backend, () => host.now());
  onEvent({ type: 'backend-chosen', backend: backend.kind, whyNotWebGpu });
  const sessions = new Map<GraphName, Promise<GraphSession>>();
  const open = (name: GraphName): Promise<GraphSession> => {
    const known = sessions.get(name);
    if (known !== undefined) return known;
    const session = backend.createSession(graphBytes(name));
    forgetFiles(manifest, name, contents); // the runtime has its own copy
    sessions.set(name, session);
    return session;
  };
  const release = async (): Promise<void> => {
    for (const session of await Promise.allSettled(sessions.values())) {
      if (session.status === 'fulfilled') await session.value.release();
    }
    await backend.release();
  };
  try {
    const needed = READY_GRAPHS.filter((name) => manifest.graphs[name] !== null);
    const graphs = await openGraphs(needed, open, { host, onEvent, signal });
    const tokenizer = readTokenizer(manifest, contents.get(manifest.tokenizer.file)!);
    const model: Model = {
      manifest,
      backend,
      tokenizer,
      graphs,
      tokEncoder: () => open('tok_encoder'),
      release,
    };
    return { model, whyNotWebGpu };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Reads all files at once, reporting the bytes of all together. */
async function readFiles(
  source: BundleSource,
  manifest: ModelManifest,
  onEvent: (event: LoadEvent) => void,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const files = bundleFiles(manifest);
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const loadedByFile = new Map<BundleFile, number>();
  const read = async (file: BundleFile): Promise<[string, Uint8Array<ArrayBuffer>]> => {
    const bytes = await source.read(file, (fileBytes, isCached) => {
      loadedByFile.set(file, fileBytes);
      const loadedBytes = [...loadedByFile.values()].reduce((sum, loaded) => sum + loaded, 0);
      onEvent({
        type: 'model-load-progress',
        file: file.file,
        loadedBytes,
        totalBytes,
        isCached,
      });
    });
    return [file.file, bytes];
  };
  return new Map(await Promise.all(files.map(read)));
}

function toGraphBytes(
  manifest: ModelManifest,
  name: GraphName,
  contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
): GraphBytes {
  const files = manifest.graphs[name];
  if (files === null) throw new Error(`the bundle has no graph ${name}`);
  const { weights } = files;
  return {
    name,
    onnx: contents.get(files.onnx.file)!,
    weights:
      weights === null
        ? null
        : {
            path: weights.externalName,
            bytes: new Uint8Array(widenHalf(contents.get(weights.file)!).buffer),
          },
  };
}

function forgetFiles(
  manifest: ModelManifest,
  name: GraphName,
  contents: Map<string, Uint8Array<ArrayBuffer>>,
): void {
  const files = manifest.graphs[name];
  if (files === null) return;
  contents.delete(files.onnx.file);
  if (files.weights !== null) contents.delete(files.weights.file);
}

function readTokenizer(manifest: ModelManifest, content: Uint8Array<ArrayBuffer>): TextTokenizer {
  const definition = parseJson(content);
  return inLowerCase(createTextTokenizer(definition, manifest.config.maxTextTokens));
}

async function openGraphs(
  needed: readonly ReadyGraph[],
  open: (name: GraphName) => Promise<GraphSession>,
  context: {
    readonly host: EngineHost;
    readonly onEvent: (event: LoadEvent) => void;
    readonly signal: AbortSignal;
  },
): Promise<ReadyGraphs> {
  const { host, onEvent, signal } = context;
  const sessions: [ReadyGraph, GraphSession][] = [];
  for (const graph of needed) {
    await host.yieldToTasks();
    throwIfCancelled(signal);
    onEvent({ type: 'compile-start', graph });
    const startMs = host.now();
    sessions.push([graph, await open(graph)]);
    onEvent({ type: 'compile-end', graph, elapsedMs: host.now() - startMs });
  }
  const missing = { depatchify_anchors: null };
  return { ...missing, ...(Object.fromEntries(sessions) as Record<ReadyGraph, GraphSession>) };
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new EngineError('Cancelled', 'Loading was cancelled.');
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new EngineError(
      'ManifestInvalid',
      'The tokenizer of this model is not JSON. Export the model again.',
      { cause: error },
    );
  }
}
