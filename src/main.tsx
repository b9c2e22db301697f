/** Composition root: the only file that knows all layers. */
import '@fontsource-variable/geist';
import './ui/css/studio.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { BackendChoice, Engine } from './contract/engine';
import { EngineClient } from './engine/engine-client';
import { GalleryDatabase } from './storage/gallery-database';
import { ModelFiles } from './storage/model-files';
import { ServiceWorkerVersions } from './storage/service-worker-versions';
import { createStudioStore } from './state/studio-store';
import { Studio } from './ui/Studio';
import { StudioStoreContext } from './ui/studio-context';
import { applyTheme } from './ui/use-theme';
import { speak } from './ui/words/words';

const BUNDLES = ['nano', 'nano-clips', 'tiny'] as const;
const BACKENDS: readonly BackendChoice[] = ['auto', 'webgpu', 'wasm'];

const address = new URLSearchParams(location.search);
const bundle = BUNDLES.find((name) => name === address.get('model'));
const backend = BACKENDS.find((name) => name === address.get('backend')) ?? 'auto';

const bundleUrl = (name: (typeof BUNDLES)[number]): string =>
  new URL(`${import.meta.env.BASE_URL}models/${name}/`, location.href).href;

/** The engine in its worker; with `?engine=fake` one that computes nothing, for work on the page itself. */
async function createEngine(): Promise<Engine> {
  if (address.get('engine') === 'fake') {
    const { FakeEngine } = await import('./engine/fake-engine');
    return new FakeEngine();
  }
  return new EngineClient();
}

/** Null where the browser forbids it, as in some private windows. */
function openStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** Null where the browser forbids it. */
function openGallery(): GalleryDatabase | null {
  if (!('indexedDB' in globalThis)) return null;
  return new GalleryDatabase('storage' in navigator ? navigator.storage : null);
}

/** Null where the browser cannot keep the page, and in `npm run dev`, where the page changes under the hand. */
function openVersions(): ServiceWorkerVersions | null {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return null;
  return new ServiceWorkerVersions(`${import.meta.env.BASE_URL}service-worker.js`);
}

/** What a link carries is opened once: a reload after that shows what was made since. */
async function openLink(): Promise<void> {
  const { hash, pathname, search } = location;
  if (hash === '') return;
  history.replaceState(null, '', pathname + search);
  await store.getState().actions.openFragment(hash);
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root".');

const store = createStudioStore(await createEngine(), {
  shippedUrl: bundleUrl('nano'),
  clipsUrl: bundleUrl('nano-clips'),
  askedUrl: bundle ? bundleUrl(bundle) : null,
  backend,
  storage: openStorage(),
  now: () => performance.now(),
  gallery: openGallery(),
  readMedia: async (...media) => (await import('./ui/lab/media-files')).readMedia(...media),
  models: 'caches' in globalThis ? new ModelFiles(caches, (...request) => fetch(...request)) : null,
  versions: openVersions(),
  nowMs: () => Date.now(),
  newId: () => Array.from(crypto.getRandomValues(new Uint32Array(4))).join('-'),
  randomSeed: () => String(crypto.getRandomValues(new Uint32Array(1))[0]),
});
// Before the page is drawn: the model takes longest.
void store.getState().actions.load();
applyTheme(store.getState().settings.theme);
await speak(store.getState().settings.language);
createRoot(root).render(
  <StrictMode>
    <StudioStoreContext value={store}>
      <Studio />
    </StudioStoreContext>
  </StrictMode>,
);
void store.getState().actions.listKept();
store.getState().actions.watchVersions();
void openLink();
