/** Everything the page shows, and everything it can ask for. Types only. */
import type { StoreApi } from 'zustand/vanilla';
import type { EngineCounters } from '../contract/counters';
import type { BackendChoice, Engine, Pixels, PromptReading } from '../contract/engine';
import type { GalleryStorage, KeptId } from '../contract/gallery';
import type { FolderFile, KeptModel, ModelStorage } from '../contract/model-storage';
import type { PageVersions } from '../contract/page-versions';
import type { CanvasHandle } from '../contract/platform';
import type { BenchmarkActions, BenchmarkState } from './benchmark/benchmark-state';
import type { ClipState } from './clip-state';
import type { Failure } from './failure';
import type { GalleryState, RecallPart } from './gallery/gallery-state';
import type { Lab, LabChoice, MediaReader } from './lab/lab-state';
import type { Lexicon } from './lexicon';
import type { ModelState } from './model-state';
import type { OutputChoice, Outputs } from './outputs-state';
import type { PresetActions, PresetShelf } from './presets/preset';
import type { QueuedRun } from './queue-state';
import type { CompareLayout, DrawnView, PictureState, PinnedView } from './picture-state';
import type { RunPreview, RunState } from './run-state';
import type { Settings } from './settings';
import type { SettingsHistory } from './settings-history';
import type { KeyValueStorage } from './settings-storage';
import type { Sweep, SweepActions } from './sweep/sweep';
import type { Tiles } from './tile';
import type { PanePoint, Viewport, Zoom } from './zoom';

/** Something worth saying aloud to those who do not see the picture. */
export type Announcement =
  | { readonly type: 'model-ready' }
  | { readonly type: 'run-started'; readonly toLevel: number }
  | { readonly type: 'level-finished'; readonly level: number; readonly toLevel: number }
  | { readonly type: 'run-finished'; readonly levels: number }
  | { readonly type: 'run-stopped'; readonly levels: number }
  | { readonly type: 'run-discarded' }
  | { readonly type: 'picture-opened'; readonly levels: number; readonly levelsInFile: number }
  | {
      readonly type: 'picture-shown';
      readonly levels: number;
      readonly widthPx: number;
      readonly heightPx: number;
    }
  | {
      readonly type: 'tile-drawn';
      readonly patches: number;
      readonly of: number;
      /** Pixels of a side of each. */
      readonly patchPx: number;
    }
  | { readonly type: 'failed'; readonly failure: Failure };

/** The dialog of models. */
export interface ModelShelf {
  readonly isOpen: boolean;
  /** A folder or an address is being read. */
  readonly isAdding: boolean;
  /** Why the last thing that was asked for there was not done. */
  readonly problem: string | null;
}

/** Everything the page shows. */
export interface StudioData {
  readonly settings: Settings;
  readonly settingsHistory: SettingsHistory;
  readonly presets: PresetShelf;
  readonly backend: BackendChoice;
  readonly model: ModelState;
  /** The model's vocabulary, as soon as its manifest is known. */
  readonly lexicon: Lexicon | null;
  /** Tokens of the prompt as it stands; null while that is not known. */
  readonly promptReading: PromptReading | null;
  /** Generate was pressed before the model was ready. */
  readonly isGenerateWaiting: boolean;
  readonly run: RunState | null;
  /** Runs that wait for the one at work, or after a failure for somebody to go on. */
  readonly queue: readonly QueuedRun[];
  readonly gallery: GalleryState;
  /** The folders of the models that come with the page, of the one among them for clips, and of the one in use. */
  readonly shippedUrls: readonly string[];
  readonly clipsUrl: string | null;
  /** What changing to the model for clips would fetch; null while that is not known. */
  readonly clipsBytes: number | null;
  readonly bundleUrl: string;
  readonly models: ModelShelf;
  /** Model files that the browser keeps, as they were when they were last listed. */
  readonly keptModels: readonly KeptModel[];
  /** A newer version of the page waits to take its place. */
  readonly isNewVersionReady: boolean;
  readonly picture: PictureState | null;
  /** Levels wanted on the main canvas; levels are counted from 1. */
  readonly shownLevels: number;
  readonly drawn: DrawnView | null;
  /** While a run is at work: its finished levels are looked at on the main canvas, not its growth on the live one. */
  readonly isLookingBack: boolean;
  /** What the live canvas holds of the run that has just ended, until the main canvas is drawn. */
  readonly lastPreview: RunPreview | null;
  readonly isDecoding: boolean;
  /** Frames of the kept clip as far as they are read; they may be of an earlier view, see shownClip. */
  readonly clip: ClipState | null;
  readonly isPlaying: boolean;
  /** Where the playhead is. */
  readonly timeS: number;
  /** The picture drawn in many ways; null while nobody looks at that. */
  readonly outputs: Outputs | null;
  /** Pictures over two of the settings; null while there is no such grid. */
  readonly sweep: Sweep | null;
  /** A photo or clip from outside, as its reconstruction; null while nobody looks at one. */
  readonly lab: Lab | null;
  /** Whether the lab's brush gives levels or takes them. */
  readonly labBrush: 1 | -1;
  /** A view that is held beside the present one; null while nothing is compared. */
  readonly pinned: PinnedView | null;
  /** How much of the picture the pinned view covers from the left, in percent. */
  readonly divider: number;
  readonly compareLayout: CompareLayout;
  /** How closely the picture and the pinned view are looked at, both. */
  readonly zoom: Zoom;
  /** Null until the stage is measured. */
  readonly viewport: Viewport | null;
  readonly tiles: Tiles;
  /** What the last thing that went wrong was, until it is dismissed. */
  readonly failure: Failure | null;
  /** What the engine had to give up to stay within memory, in its own words, oldest first. */
  readonly memoryNotes: readonly string[];
  readonly counters: EngineCounters | null;
  /** The benchmark at work or the last one; null before the first. */
  readonly benchmark: BenchmarkState | null;
  readonly announcement: Announcement | null;
  /** Counts the engines there have been: canvases belong to one of them. */
  readonly engineGeneration: number;
}

/** A file as the page gets it: a `File` or any `Blob`; `.dcs`, a PNG or MP4 that carries one, any photo or clip. */
export interface FileContent {
  readonly name?: string;
  readonly arrayBuffer: () => Promise<ArrayBuffer>;
}

/** Everything the page can ask for. Failures land in the state; only the two exports may throw. */
export interface StudioActions extends PresetActions, SweepActions, BenchmarkActions {
  /** Loads the model, again if need be; on the given backend from now on, if one is given. */
  readonly load: (backend?: BackendChoice) => Promise<void>;
  readonly attachCanvas: (canvasId: string, canvas: CanvasHandle) => Promise<void>;
  readonly change: (patch: Partial<Settings>) => void;
  /** Takes back the last change of the settings of the next picture. */
  readonly undo: () => void;
  readonly redo: () => void;
  readonly rollSeed: () => void;
  readonly shiftSeed: (by: bigint) => void;
  /** Starts what the settings ask for, or as soon as the model is ready. Nothing happens during a run. */
  readonly generate: () => Promise<void>;
  /** Adds what the settings ask for to the queue. */
  readonly enqueue: () => Promise<void>;
  /** Adds the missing levels of kept pictures to the queue. */
  readonly finish: (keptIds: readonly KeptId[]) => Promise<void>;
  readonly removeQueued: (queueId: string) => void;
  /** Moves a waiting run by so many places; negative is sooner. */
  readonly moveQueued: (queueId: string, by: number) => void;
  readonly clearQueue: () => void;
  /** Goes on with what waits after a failure. */
  readonly drain: () => Promise<void>;
  /** Adds levels to the picture. */
  readonly continueTo: (level: number) => Promise<void>;
  /** Keeps what is finished: at once if a level is, otherwise when the first one is. Pressed again: at once. */
  readonly stop: () => Promise<void>;
  /** Ends the run and forgets what it made. */
  readonly discard: () => void;
  /**
   * Shows the picture of a `.dcs` file, or of a PNG or MP4 that carries one, and takes over its settings; another photo or
   * clip opens in the lab. As soon as the model is ready, if it is loading.
   */
  readonly open: (file: FileContent) => Promise<void>;
  /** Shows a picture of the gallery and takes over its settings. */
  readonly openKept: (keptId: KeptId) => Promise<void>;
  /** Reads what the gallery has from earlier visits. */
  readonly listKept: () => Promise<void>;
  /** Takes over the prompt, the seed or all settings of a kept picture for the next one. */
  readonly recall: (keptId: KeptId, what: RecallPart) => void;
  readonly star: (keptId: KeptId, isStarred: boolean) => Promise<void>;
  /** Removes a picture from the gallery; restoreRemoved brings the last one back. */
  readonly removeKept: (keptId: KeptId) => Promise<void>;
  readonly restoreRemoved: () => Promise<void>;
  readonly forgetRemoved: () => void;
  /** Shows the kept picture, or the finished levels of a growing one, with this many levels. */
  readonly showLevels: (levels: number) => void;
  /** Goes back from the finished levels to the growing picture. */
  readonly showGrowing: () => void;
  /** Shows the picture at another size; `isDragging` while the slider is held. */
  readonly showSize: (sizePx: number, isDragging: boolean) => void;
  /** Shows the clip at another frame rate; `isDragging` while the slider is held. */
  readonly showFps: (fps: number, isDragging: boolean) => void;
  readonly play: (isPlaying: boolean) => void;
  /** Moves the playhead to a frame, counted from 0, and pauses. */
  readonly seek: (frame: number) => void;
  /** Moves the playhead of a playing clip by some seconds. */
  readonly advance: (byS: number) => void;
  /** Draws every level at every size, of a clip at several frame rates too. */
  readonly openOutputs: () => void;
  readonly chooseOutputs: (choice: Partial<OutputChoice>) => void;
  readonly closeOutputs: () => void;
  readonly closeLab: () => void;
  /** Reconstructs with other choices. */
  readonly changeLab: (patch: Partial<LabChoice>) => void;
  /** Looks at what is there in another way. */
  readonly showInLab: (patch: Partial<Pick<Lab, 'shownLevels' | 'shownFrame' | 'view'>>) => void;
  /** Gives patches one level more, or takes one. */
  readonly paintLab: (patches: readonly number[], by: 1 | -1) => void;
  readonly clearStrokes: () => void;
  readonly chooseBrush: (by: 1 | -1) => void;
  /** Shows the reconstruction in the studio, keeps it in the gallery and leaves the lab. */
  readonly keepLab: () => Promise<void>;
  /** Holds what is shown now beside whatever is shown next. May throw as exportPixels does. */
  readonly pinView: () => Promise<void>;
  readonly unpin: () => void;
  readonly setDivider: (percent: number) => void;
  readonly openModels: () => void;
  readonly closeModels: () => void;
  /** Loads another model, also at the next visits. Kept pictures stay; what is shown goes. */
  readonly useModel: (bundleUrl: string) => Promise<void>;
  /** Adds the model at an address and uses it. */
  readonly addModelAddress: (address: string) => Promise<void>;
  /** Adds the model in a folder and uses it. */
  readonly addModelFolder: (files: readonly FolderFile[]) => Promise<void>;
  readonly setCompareLayout: (layout: CompareLayout) => void;
  readonly setViewport: (viewport: Viewport) => void;
  /** Zooms so that a picture which fits is 1; the place under `at`, or the middle, stays where it is. */
  readonly zoomTo: (scale: number, at?: PanePoint) => void;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly zoomFit: () => void;
  /** One pixel of the picture for each CSS pixel. */
  readonly zoomActual: () => void;
  /** Moves the picture in its pane. */
  readonly panBy: (by: PanePoint) => void;
  readonly listModels: () => Promise<void>;
  /** Finds `clipsBytes`. */
  readonly weighClips: () => Promise<void>;
  /** Deletes the kept files of a bundle. */
  readonly removeModel: (bundleUrl: string) => Promise<void>;
  /** Keeps the page for visits without a network and says when there is a newer one. */
  readonly watchVersions: () => void;
  /** Opens the newer version of the page in place of this one. */
  readonly takeNewVersion: () => Promise<void>;
  readonly refreshCounters: () => Promise<void>;
  readonly dismissFailure: () => void;
  /** The picture's pixels as they are shown; of a clip, the frame under the playhead. */
  readonly exportPixels: () => Promise<Pixels>;
  /** The fragment of a link to the picture: itself if that is short enough, otherwise how to make it again. */
  readonly shareFragment: () => Promise<string>;
  /** Opens what the fragment of the page's address carries, if anything. */
  readonly openFragment: (fragment: string) => Promise<void>;
  readonly exportLatent: () => Promise<Uint8Array<ArrayBuffer>>;
  /** A download failed after its pixels or latent were there. */
  readonly reportDownloadFailure: (error: unknown) => void;
}

/** The state of the page with its actions. */
export interface StudioState extends StudioData {
  readonly actions: StudioActions;
}

/** The store that the page reads. */
export type StudioStore = StoreApi<StudioState>;

/** What the store needs from its surroundings; tests give their own. */
export interface StudioOptions {
  /** The model that comes with the page. */
  readonly shippedUrl: string;
  /** Another one that comes with it and makes clips; null if there is none. */
  readonly clipsUrl: string | null;
  /** A model that this visit was asked to open; null for the one that was chosen last. */
  readonly askedUrl: string | null;
  readonly backend: BackendChoice;
  readonly storage: KeyValueStorage | null;
  /** Milliseconds since any fixed moment. */
  readonly now: () => number;
  /** A fresh seed: a whole number as text. */
  readonly randomSeed: () => string;
  /** Keeps pictures between visits; null where nothing can be kept. */
  readonly gallery: GalleryStorage | null;
  /** Reads photos and clips; null where nothing can. */
  readonly readMedia: MediaReader | null;
  /** Lists and deletes kept model files; null where nothing can be kept. */
  readonly models: ModelStorage | null;
  /** Keeps the page itself; null where it cannot be kept. */
  readonly versions: PageVersions | null;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** A name that nothing has had before. */
  readonly newId: () => string;
}

/** What the groups of actions share. */
export interface StudioContext {
  readonly engine: Engine;
  readonly options: StudioOptions;
  readonly get: () => StudioState;
  readonly set: (patch: Partial<StudioData>) => void;
}
