/** The worker's entry: the engine core in a browser, behind Comlink. */
import type { ProxyMarked, Remote } from 'comlink';
import { expose, releaseProxy, transfer } from 'comlink';
import type { WorkerApi } from '../src/contract/worker-api';
import { cachesOf, createBrowserHost } from './browser-host';
import { createEngineCore } from './engine';
import { keepRuntimeFiles } from './runtime-files';

const core = createEngineCore(createBrowserHost());

/**
 * Runs a job whose events go to the page: the job's answer is sent after its last event has arrived, and the page's
 * callback is let go.
 */
async function withEvents<Event, Result>(
  onEvent: (event: Event) => void,
  work: (onEvent: (event: Event) => void) => Promise<Result>,
): Promise<Result> {
  const listener = onEvent as unknown as Remote<((event: Event) => void) & ProxyMarked>;
  let lastEvent: Promise<unknown> = Promise.resolve();
  try {
    return await work((event) => {
      lastEvent = (listener as (event: Event) => Promise<void>)(event);
    });
  } finally {
    await lastEvent;
    listener[releaseProxy]();
  }
}

const fetchedUrls = (): string[] =>
  performance.getEntriesByType('resource').map((entry) => entry.name);

const api: WorkerApi = {
  load: async (jobId, bundleUrl, options, onEvent) => {
    const info = await withEvents(onEvent, (listener) =>
      core.load(jobId, bundleUrl, options, listener),
    );
    void keepRuntimeFiles({ caches: cachesOf(), fetched: fetchedUrls });
    return info;
  },
  generate: (jobId, request, onEvent) =>
    withEvents(onEvent, (listener) => core.generate(jobId, request, listener)),
  continuePicture: (jobId, pictureId, request, onEvent) =>
    withEvents(onEvent, (listener) => core.continuePicture(jobId, pictureId, request, listener)),
  readPixels: async (jobId, pictureId, request) => {
    const pixels = await core.readPixels(jobId, pictureId, request);
    return transfer(pixels, [pixels.rgba.buffer]);
  },
  readFrames: async (jobId, pictureId, request) => {
    const frames = await core.readFrames(jobId, pictureId, request);
    return transfer(frames, [frames.rgba.buffer]);
  },
  exportLatent: async (pictureId, encoding) => {
    const file = await core.exportLatent(pictureId, encoding);
    return transfer(file, [file.buffer]);
  },
  readPrompt: (prompt) => core.readPrompt(prompt),
  attachCanvas: (canvasId, canvas) => core.attachCanvas(canvasId, canvas),
  detachCanvas: (canvasId) => core.detachCanvas(canvasId),
  stop: (when) => core.stop(when),
  decode: (jobId, pictureId, request) => core.decode(jobId, pictureId, request),
  describePicture: (pictureId) => core.describePicture(pictureId),
  importLatent: (file) => core.importLatent(file),
  reconstruct: (pixels, request) => core.reconstruct(pixels, request),
  reconstructClip: (frames, request) => core.reconstructClip(frames, request),
  dispose: (pictureId) => core.dispose(pictureId),
  counters: () => core.counters(),
  unload: () => core.unload(),
  cancel: (jobId) => core.cancel(jobId),
  watchLoss: (onLoss) => core.watchLoss(onLoss),
};

expose(api);
