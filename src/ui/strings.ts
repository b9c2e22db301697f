/** Every sentence the page says, in one place. Plain words; no sentence says what the page does not do. */
import type { StopWhen } from '../contract/engine';
import type { Failure, FailedTask, Remedy } from '../state/failure';
import type { PhraseKind } from '../state/lexicon';
import type { Announcement } from '../state/studio-state';
import { formatBytes } from './format';

const levelsText = (count: number): string => (count === 1 ? '1 level' : `${count} levels`);

const quoted = (words: readonly string[]): string => {
  const shown = words.slice(0, 4).map((word) => `\u201c${word}\u201d`);
  const more = words.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
};

export const prompts = {
  label: 'Describe a picture',
  placeholder: 'red apple on a light blue background',
  help: 'Suggestions appear while you type: arrow keys choose, Enter takes one, Escape closes them.',
  suggestions: 'Words this model knows',
  suggestionCount: (count: number) =>
    count === 1
      ? '1 suggestion. Arrow down to choose it.'
      : `${count} suggestions. Arrow down to choose.`,
  kinds: {
    object: 'thing',
    motion: 'motion',
    colour: 'colour',
    style: 'style',
    position: 'place',
  } satisfies Record<PhraseKind, string>,
  tokens: (count: number, limit: number) => `${count} of ${limit} tokens`,
  truncated: (tokens: number) =>
    `Too long: the last ${tokens === 1 ? 'token is' : `${tokens} tokens are`} not read. Shorten the prompt.`,
  empty: 'Without words the model draws whatever it likes.',
  noObject:
    'Nothing here is something this model has learnt to draw. You can still try, or start from an idea:',
  unknown: (words: readonly string[]) =>
    `This model has not learnt ${quoted(words)}. You can still try; it may be ignored.`,
  correct: (word: string) => `Did you mean \u201c${word}\u201d?`,
  ideas: 'Ideas',
  /** Short enough for two in a row; the prompt gets the whole sentence. */
  ideaName: (idea: string) => idea.replace(/ on an? (.+?) background/, ' on $1'),
  surprise: 'Surprise me',
};

export const runs = {
  generate: 'Generate',
  generateWaiting: 'Starts when the model is ready',
  generating: 'Generating',
  percent: (percent: number) => `${percent} %`,
  shortcutGenerate: (isApple: boolean) => (isApple ? '\u2318 Enter' : 'Ctrl Enter'),
  stop: 'Stop',
  stopping: 'Stopping',
  discard: 'Discard',
  waitingCancel: 'Do not start',
  continueTo: (level: number) => `Continue to level ${level}`,
  continueHelp: (levels: number) =>
    levels === 1
      ? 'Adds detail to this picture. Its level 1 stays exactly as it is.'
      : `Adds detail to this picture. Its ${levels} levels stay exactly as they are.`,
  stopHelp: (levelsDone: number, when: StopWhen | null) => {
    if (when === 'after-level')
      return 'Stops as soon as level 1 is finished. Press again to stop at once.';
    if (levelsDone === 0)
      return 'Stop waits for level 1 and keeps it. Discard throws the run away.';
    return `Stop keeps ${levelsText(levelsDone)}. Discard throws the run away.`;
  },
  levelOf: (level: number, of: number) => `Level ${level} of ${of}`,
  stepOf: (step: number, of: number) => `step ${step} of ${of}`,
  progress: 'Progress of the run',
  starting: 'Reading the prompt',
  timeLeft: (text: string) => `about ${text} left`,
};

export const settings = {
  heading: 'Next picture',
  recommended: 'recommended',
  reset: 'Use recommended',
  explain: (name: string) => `Explain ${name.toLowerCase()}`,
  levels: {
    label: 'Levels',
    help: 'How far the picture grows, from coarse to fine. Fewer levels are quicker, and you can always continue later: finished levels never change.',
  },
  aspect: {
    label: 'Shape',
    help: 'Width to height of the next picture. It sets the shape of the noise the picture grows from, so the picture you see now keeps its shape.',
    grid: (gw: number, gh: number) => `${gw} \u00d7 ${gh} patches`,
  },
  seed: {
    label: 'Seed',
    help: 'The number the noise is made from. The same seed, prompt and settings give the same picture on the same backend; tiny differences between backends are normal.',
    lock: 'Keep this seed',
    unlock: 'New seed for every picture',
    roll: 'Random seed',
    up: 'Next seed',
    down: 'Previous seed',
    copy: 'Copy seed',
    copied: 'Seed copied',
    invalid: 'A seed is a whole number, for example 42.',
  },
  steps: {
    label: 'Steps',
    help: 'How many small moves lead from noise to picture in each level. More steps are slower and a little cleaner.',
  },
  guidance: {
    label: 'Guidance',
    help: 'How strongly the words pull. 1 lets the model wander; high values follow the words but flatten the picture.',
  },
};

export const view = {
  heading: 'Picture',
  none: 'No picture yet',
  empty: {
    title: 'A picture grows here, level by level',
    text: 'The first level is a whole picture with little detail. Each further level adds detail and changes nothing below it. When it is done, one latent is drawn at any size you like.',
  },
  alt: (prompt: string, level: number, width: number, height: number) =>
    `${prompt === '' ? 'Picture without a prompt' : `Picture of: ${prompt}`}. Level ${level}, ${width} by ${height} pixels.`,
  levels: 'Levels',
  level: (level: number) => `Level ${level}`,
  levelName: (level: number, of: number) =>
    level === 1 ? `${level} \u00b7 coarse` : level === of ? `${level} \u00b7 fine` : `${level}`,
  showLevel: (level: number) => `Show level ${level}`,
  growTo: (level: number) => `Continue to level ${level}`,
  growing: (level: number, percent: number) => `Watch level ${level} grow, ${percent} %`,
  grow: 'Continue',
  notYet: 'not yet',
  size: {
    label: 'Size',
    help: 'Draws the same latent again at another size. The picture is not generated again: only the last part of the decoder runs.',
    value: (width: number, height: number) => `${width} \u00d7 ${height} px`,
  },
  detail: {
    label: 'Detail',
    help: 'Shows the picture with fewer levels, as it was while it grew.',
  },
  fit: 'Fit',
  actual: 'Actual size',
  zoom: 'Zoom',
  download: 'Download PNG',
  downloadLatent: 'Download latent',
  open: 'Open',
  openHelp:
    'Brings back a picture from its .dcs file, or from a PNG or MP4 that was downloaded here, with its prompt and seed. It can be drawn at any size and get more levels. Files can also be dropped on the page.',
  dropHere: 'Drop the file to open it',
  latentHelp: (levels: number) =>
    `The picture itself, before it has a size: a small file with ${levelsText(levels)} that can be drawn again at any size.`,
  copy: 'Copy picture',
  copied: 'Picture copied',
  share: 'Copy link',
  shared: 'Link copied',
  shareHelp:
    'A link to this very picture: its latent is in the link itself, behind the #, which no server gets to see. A picture that is too large for a link is described by its prompt and settings instead.',
  busy: 'Preparing the file',
  drawnIn: (ms: string) => `drawn in ${ms}`,
};

export const loading = {
  title: 'Loading the model',
  fromNetwork: 'Happens once. It is kept in this browser for next time.',
  fromCache: 'Reading it from this browser.',
  here: 'Everything runs on this machine: no prompt and no picture ever leaves it.',
  progress: (loaded: number, total: number) => `${formatBytes(loaded)} of ${formatBytes(total)}`,
  compiling: (graph: string) => `Preparing ${graph.replaceAll('_', ' ')}`,
  starting: 'Asking for the model',
  choosing: 'Trying out the hardware',
};

const failureTitles: Record<Failure['code'], string> = {
  BadRequest: 'That cannot be drawn as asked',
  Cancelled: 'Cancelled',
  DeviceLost: 'The graphics device went away',
  DownloadFailed: 'The model could not be downloaded',
  EngineFailed: 'The engine stopped',
  IntegrityMismatch: 'A model file arrived damaged',
  LatentInvalid: 'This file cannot be opened',
  ManifestInvalid: 'The model\u2019s description cannot be read',
  ModelNotLoaded: 'The model is not loaded',
  NoWebGpu: 'WebGPU is not available here',
  OutOfMemory: 'Not enough memory',
  PictureNotFound: 'The picture is gone',
  Unexpected: 'Something went wrong',
};

const remedyLabels: Record<Remedy, string> = {
  'load-again': 'Load the model again',
  'load-with-wasm': 'Use the processor instead',
  'generate-again': 'Generate again',
  'show-smaller': 'Show it smaller',
  'reload-page': 'Reload the page',
};

const taskAdvice: Record<FailedTask, string> = {
  load: 'Your prompt and settings are kept.',
  generate: 'Your prompt and settings are kept.',
  continue: 'The levels that were finished are kept.',
  show: 'The picture itself is kept.',
  open: 'The picture that was shown is kept.',
  keep: 'The picture that is shown is kept until the page is closed. Download its latent to be safe.',
  download: 'The picture itself is kept. Try the download again.',
};

export const failures = {
  title: (code: Failure['code']) => failureTitles[code],
  remedy: (remedy: Remedy) => remedyLabels[remedy],
  advice: (task: FailedTask) => taskAdvice[task],
  dismiss: 'Dismiss',
};

export const announcements = (announcement: Announcement): string => {
  switch (announcement.type) {
    case 'model-ready':
      return 'The model is ready.';
    case 'run-started':
      return `Generating to level ${announcement.toLevel}.`;
    case 'level-finished':
      return `Level ${announcement.level} of ${announcement.toLevel} finished.`;
    case 'run-finished':
      return `The picture is finished with ${levelsText(announcement.levels)}.`;
    case 'run-stopped':
      return `Stopped. ${levelsText(announcement.levels)} kept.`;
    case 'run-discarded':
      return 'The run was discarded.';
    case 'picture-opened':
      return announcement.levels < announcement.levelsInFile
        ? `Opened. The file is cut off: ${announcement.levels} of its ${levelsText(announcement.levelsInFile)} are whole.`
        : `Opened a picture with ${levelsText(announcement.levels)}.`;
    case 'picture-shown':
      return `Showing level ${announcement.levels} at ${announcement.widthPx} by ${announcement.heightPx} pixels.`;
    case 'failed':
      return `${failureTitles[announcement.failure.code]}. ${announcement.failure.message}`;
  }
};
