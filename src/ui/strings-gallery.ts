/** What the page says about kept pictures and waiting runs. */
import type { StorageUsage } from '../contract/gallery';
import { formatBytes } from './format';

const pictures = (count: number): string => (count === 1 ? '1 picture' : `${count} pictures`);

export const gallery = {
  heading: 'Your pictures',
  empty: 'Every picture you make is kept here, in this browser, until you delete it.',
  noneFound: 'No picture has all of these words.',
  search: 'Search your pictures',
  searchPlaceholder: 'Words of a prompt, or a seed',
  starredOnly: 'Starred only',
  summary: (count: number, bytes: number) => `${pictures(count)}, ${formatBytes(bytes)}`,
  usage: ({ usedBytes, quotaBytes, isPersistent }: StorageUsage) =>
    `This site uses ${formatBytes(usedBytes)} of ${formatBytes(quotaBytes)} that the browser allows it. ${
      isPersistent
        ? 'The browser has promised to keep it.'
        : 'The browser may throw it away when the disk gets full; download what matters.'
    }`,
  usageLabel: 'Storage',
  problem: (message: string) => `The last picture could not be kept here: ${message}`,
  pictureName: (prompt: string, seed: string, levels: number, of: number) =>
    `Open ${prompt === '' ? 'a picture without a prompt' : prompt}, seed ${seed}, level ${levels} of ${of}`,
  levels: (levels: number, of: number) => `${levels} of ${of}`,
  select: (prompt: string, seed: string) => `Select ${prompt}, seed ${seed}`,
  finish: (count: number) => `Finish ${pictures(count)}`,
  finishHelp: 'Adds the missing levels to the selected drafts. What they have stays as it is.',
  selectDrafts: 'Select drafts',
  selectNone: 'Done selecting',
  more: (prompt: string, seed: string) => `More about ${prompt}, seed ${seed}`,
  usePrompt: 'Use its prompt',
  useSeed: 'Use its seed',
  useSettings: 'Use all its settings',
  star: 'Star',
  unstar: 'Remove the star',
  delete: 'Delete',
  deleted: 'Deleted.',
  undo: 'Undo',
};

export const queue = {
  heading: (count: number) => (count === 1 ? '1 run waits' : `${count} runs wait`),
  add: 'Add to queue',
  clear: 'Cancel all',
  goOn: 'Go on',
  remove: 'Cancel this run',
  sooner: 'Sooner',
  picture: (prompt: string, seed: string) =>
    `${prompt === '' ? 'No prompt' : prompt} \u00b7 seed ${seed}`,
  finish: (prompt: string) => `Finish: ${prompt === '' ? 'no prompt' : prompt}`,
  count: {
    label: 'How many',
    help: 'Pictures that one press of Generate makes, each with a seed of its own. With one level they are quick drafts: choose some under Your pictures and finish only those.',
    face: (count: number) => `${count}`,
    name: pictures,
  },
};
