/** The page's end of the worker: starts it and speaks Comlink. Everything else is in worker-engine.ts. */
import type { Remote } from 'comlink';
import { proxy, releaseProxy, transfer, wrap } from 'comlink';
import type { WorkerApi } from '../contract/worker-api';
import type { WorkerConnection } from './worker-engine';
import { WorkerEngine } from './worker-engine';

/** The engine in a worker of its own. */
export class EngineClient extends WorkerEngine {
  constructor() {
    super({ connect: startWorker });
  }
}

function startWorker(): WorkerConnection {
  const worker = new Worker(new URL('../../workers/inference.worker.ts', import.meta.url), {
    type: 'module',
    name: 'inference',
  });
  const remote = wrap<WorkerApi>(worker);
  return {
    api: apiOf(remote),
    terminate() {
      remote[releaseProxy]();
      worker.terminate();
    },
    onCrash(listener) {
      worker.addEventListener('error', ({ message }) => listener(message || 'it could not start'));
    },
  };
}

/** Functions cannot be cloned, only proxied; an OffscreenCanvas can only be transferred. */
function apiOf(remote: Remote<WorkerApi>): WorkerApi {
  return {
    load: (jobId, bundleUrl, options, onEvent) =>
      remote.load(jobId, bundleUrl, options, proxy(onEvent)),
    readPrompt: (prompt) => remote.readPrompt(prompt),
    attachCanvas: (canvasId, canvas) =>
      remote.attachCanvas(canvasId, transfer(canvas, [canvas as OffscreenCanvas])),
    detachCanvas: (canvasId) => remote.detachCanvas(canvasId),
    generate: (jobId, request, onEvent) => remote.generate(jobId, request, proxy(onEvent)),
    continuePicture: (jobId, pictureId, request, onEvent) =>
      remote.continuePicture(jobId, pictureId, request, proxy(onEvent)),
    stop: (when) => remote.stop(when),
    decode: (jobId, pictureId, request) => remote.decode(jobId, pictureId, request),
    readPixels: (jobId, pictureId, request) => remote.readPixels(jobId, pictureId, request),
    readFrames: (jobId, pictureId, request) => remote.readFrames(jobId, pictureId, request),
    describePicture: (pictureId) => remote.describePicture(pictureId),
    exportLatent: (pictureId, encoding) => remote.exportLatent(pictureId, encoding),
    importLatent: (file) => remote.importLatent(file),
    reconstruct: (pixels, request) => remote.reconstruct(pixels, request),
    reconstructClip: (frames, request) => remote.reconstructClip(frames, request),
    dispose: (pictureId) => remote.dispose(pictureId),
    counters: () => remote.counters(),
    unload: () => remote.unload(),
    cancel: (jobId) => remote.cancel(jobId),
    watchLoss: (onLoss) => remote.watchLoss(proxy(onLoss)),
  };
}
