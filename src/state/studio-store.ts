/** The state of the studio over an engine: no React, no worker, no browser globals. */
import { createStore } from 'zustand/vanilla';
import type { Engine } from '../contract/engine';
import { EngineError } from '../contract/engine-error';
import { createBenchmarkActions } from './benchmark/benchmark-actions';
import { createClipActions, createClipReader } from './clip-actions';
import { shownClip, shownFrame } from './clip-view';
import { createCompareActions } from './compare-actions';
import { failureOf } from './failure';
import { createGalleryActions } from './gallery/gallery-actions';
import { createGalleryKeeper } from './gallery/gallery-keeper';
import { EMPTY_GALLERY } from './gallery/gallery-state';
import { createLab } from './lab/lab-actions';
import { createLoad } from './load-actions';
import { createOpen } from './open-actions';
import { createPresetActions, readShelf } from './presets/preset-actions';
import { createRunActions } from './run-actions';
import { shownSizePx } from './picture-state';
import { SIZE_RANGE_PX, type Settings } from './settings';
import { createSettingsActions } from './settings-actions';
import { NO_HISTORY } from './settings-history';
import { readSettings } from './settings-storage';
import { readChosenModel } from './model-choice';
import { CLOSED_SHELF, createModelFilesActions } from './model-files-actions';
import { createOutputsActions } from './outputs-actions';
import { createShareActions } from './share-actions';
import type {
  StudioActions,
  StudioContext,
  StudioData,
  StudioOptions,
  StudioState,
  StudioStore,
} from './studio-state';
import { createSweepActions } from './sweep/sweep-actions';
import { createVersionActions } from './version-actions';
import { createView, viewedPicture, type View } from './view-actions';
import { FIT } from './zoom';
import { createTileKeeper, createZoomActions, type TileKeeper } from './zoom-actions';

/** Builds the store. Nothing is loaded until its `load` action is called. */
export function createStudioStore(engine: Engine, options: StudioOptions): StudioStore {
  return createStore<StudioState>()((setState, getState, store) => {
    const set = (patch: Partial<StudioData>): void => setState(patch);
    const context: StudioContext = { engine, options, get: getState, set };
    const tiles = createTileKeeper(context);
    store.subscribe(tiles.refresh);
    return { ...initialData(options), actions: createActions(context, tiles) };
  });
}

function initialData(options: StudioOptions): StudioData {
  return {
    settings: readSettings(options.storage),
    settingsHistory: NO_HISTORY,
    presets: readShelf(options.storage, options.newId),
    backend: options.backend,
    model: { status: 'absent' },
    lexicon: null,
    promptReading: null,
    isGenerateWaiting: false,
    run: null,
    queue: [],
    gallery: EMPTY_GALLERY,
    shippedUrls: [options.shippedUrl, ...(options.clipsUrl === null ? [] : [options.clipsUrl])],
    clipsUrl: options.clipsUrl,
    clipsBytes: null,
    bundleUrl: options.askedUrl ?? readChosenModel(options.storage) ?? options.shippedUrl,
    models: CLOSED_SHELF,
    keptModels: [],
    isNewVersionReady: false,
    picture: null,
    shownLevels: 1,
    drawn: null,
    isLookingBack: false,
    lastPreview: null,
    isDecoding: false,
    outputs: null,
    sweep: null,
    lab: null,
    labBrush: 1,
    pinned: null,
    divider: 50,
    compareLayout: 'divider',
    zoom: FIT,
    viewport: null,
    tiles: { shown: null, pinned: null },
    clip: null,
    isPlaying: true,
    timeS: 0,
    failure: null,
    memoryNotes: [],
    counters: null,
    benchmark: null,
    announcement: null,
    engineGeneration: 0,
  };
}

function createActions(context: StudioContext, tiles: TileKeeper): StudioActions {
  const { get, set } = context;
  const clips = createClipReader(context);
  const view = createView(context, clips);
  const keeper = createGalleryKeeper(context);
  const { abandon, addToQueue, ...runActions } = createRunActions(context, { view, keeper });
  const { refreshReading, ...settingsActions } = createSettingsActions(context);
  const { change } = settingsActions;
  const viewActions = createViewActions(context, view, change);
  const { openLab, ...labActions } = createLab(context, { view, keeper });
  const hooks = { view, keeper, openLab };
  const { openWaiting, ...opening } = createOpen(context, hooks, change);

  const load = createLoad(context, {
    onReady() {
      const { pinned } = get();
      set({ pinned: pinned && { ...pinned, copy: null } }); // it was the earlier engine's
      refreshReading();
      openWaiting();
      void (get().isGenerateWaiting ? runActions.generate() : runActions.drain());
    },
    onLost() {
      abandon();
      labActions.closeLab();
      view.cancel();
    },
  });

  return {
    load,
    ...runActions,
    ...opening,
    ...createShareActions(context, opening.open, change),
    ...createGalleryActions(context, change),
    ...viewActions,
    ...createCompareActions(context, viewActions.exportPixels),
    ...createOutputsActions(context),
    ...createSweepActions(context, { ...opening, ...viewActions, ...runActions, addToQueue }),
    ...createBenchmarkActions(context),
    ...labActions,
    ...createModelFilesActions(context, load),
    ...createVersionActions(context),
    ...createClipActions(context, clips, change),
    ...createZoomActions(context),
    ...createPageActions(context, tiles),
    ...settingsActions,
    ...createPresetActions(context, change),
  };
}

/** What the page itself asks for: a canvas to draw on, a failure out of sight, figures. */
function createPageActions(
  { engine, get, set }: StudioContext,
  tiles: TileKeeper,
): Pick<StudioActions, 'attachCanvas' | 'dismissFailure' | 'refreshCounters'> {
  return {
    async attachCanvas(canvasId, canvas) {
      await engine.attachCanvas(canvasId, canvas);
      tiles.attached(canvasId);
    },
    dismissFailure: () => set({ failure: null }),
    async refreshCounters() {
      if (get().model.status === 'ready') set({ counters: await engine.counters() });
    },
  };
}

function createViewActions(
  { engine, get, set }: StudioContext,
  view: View,
  change: (patch: Partial<Settings>) => void,
): Pick<
  StudioActions,
  | 'showLevels'
  | 'showGrowing'
  | 'showSize'
  | 'exportPixels'
  | 'exportLatent'
  | 'reportDownloadFailure'
> {
  function keptPicture(): NonNullable<StudioState['picture']> {
    const { picture } = get();
    if (picture) return picture;
    throw new EngineError('PictureNotFound', 'There is no picture yet. Generate one first.');
  }
  return {
    showLevels(levels) {
      const viewed = viewedPicture(get());
      if (!viewed) return;
      set({ shownLevels: Math.max(1, Math.min(levels, viewed.levelsDone)) });
      view.refresh('asked');
    },
    showGrowing() {
      view.cancel();
      set({ isLookingBack: false });
    },
    showSize(sizePx, isDragging) {
      const { minimum, maximum } = SIZE_RANGE_PX;
      change({ sizePx: Math.max(minimum, Math.min(Math.round(sizePx), maximum)) });
      view.refresh(isDragging ? 'dragging' : 'asked');
    },
    exportPixels: () => {
      const { settings, shownLevels, picture } = get();
      const frame = shownClip(get())?.frames[shownFrame(get()) ?? 0];
      if (frame) return Promise.resolve(frame);
      const sizePx = shownSizePx(settings.sizePx, picture?.grid ?? null);
      const request = { levels: shownLevels, sizePx };
      return engine.readPixels(keptPicture().pictureId, request, null);
    },
    // Every bit, so that going on later gives what going on now would have given.
    exportLatent: () => engine.exportLatent(keptPicture().pictureId, 'float32'),
    reportDownloadFailure(error) {
      const failure = failureOf(error, 'download');
      set({ failure, announcement: { type: 'failed', failure } });
    },
  };
}
