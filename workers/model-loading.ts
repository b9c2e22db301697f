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
  const { contents, chosen } = await readAndOpen(host, request, { source, manifest });
  const graphBytes = (name: GraphName): GraphBytes => toGraphBytes(manifest, name, contents);
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

/** Reads all files, and meanwhile fetches and starts the runtime, which needs only the smallest of them. */
async function readAndOpen(
  host: EngineHost,
  { backend, signal, onEvent }: ModelRequest,
  { source, manifest }: { readonly source: BundleSource; readonly manifest: ModelManifest },
): Promise<{ readonly contents: Map<string, FileContent>; readonly chosen: ChosenBackend }> {
  const reading = readFiles(source, manifest, onEvent);
  const attentionTest = readTest(manifest, reading);
  attentionTest.catch(ignore); // not every host looks at it, and the file is waited for below
  const opening = host.openBackend(backend, attentionTest);
  try {
    opening.catch(ignore); // it is waited for after the files
    const contents = await allOf(reading);
    const chosen = await opening;
    throwIfCancelled(signal);
    return { contents, chosen };
  } catch (error) {
    // Not waited for: a runtime that does not arrive must not hold up the next load.
    opening.then((chosen) => chosen.backend.release()).catch(ignore);
    throw error;
  }
}

const ignore = (): undefined => undefined;

type FileContent = Uint8Array<ArrayBuffer>;

/** Files on their way, by name. */
type Reading = ReadonlyMap<string, Promise<FileContent>>;

/** Reads all files at once, reporting the bytes of all together. */
function readFiles(
  source: BundleSource,
  manifest: ModelManifest,
  onEvent: (event: LoadEvent) => void,
): Reading {
  const files = bundleFiles(manifest);
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const loadedByFile = new Map<BundleFile, number>();
  const read = (file: BundleFile): Promise<FileContent> =>
    source.read(file, (fileBytes, isCached) => {
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
  return new Map(files.map((file) => [file.file, read(file)]));
}

async function allOf(reading: Reading): Promise<Map<string, FileContent>> {
  const contents = Array.from(reading, async ([file, bytes]) => [file, await bytes] as const);
  return new Map(await Promise.all(contents));
}

/** The graph that a device has to compute correctly, as soon as it is here; null when the bundle has none. */
async function readTest(manifest: ModelManifest, reading: Reading): Promise<GraphBytes | null> {
  const files = manifest.graphs.attention_test;
  if (files === null) return null;
  const needed = [files.onnx, ...(files.weights === null ? [] : [files.weights])];
  const contents = new Map(
    await Promise.all(needed.map(async ({ file }) => [file, await reading.get(file)!] as const)),
  );
  return toGraphBytes(manifest, 'attention_test', contents);
}

function toGraphBytes(
  manifest: ModelManifest,
  name: GraphName,
  contents: ReadonlyMap<string, FileContent>,
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
  contents: Map<string, FileContent>,
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
