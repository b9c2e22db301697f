/** Every sentence the page says, in German. Fetched when it is wanted. */
import { about } from './de/about';
import { announcements } from './de/announcements';
import { benchmarks } from './de/benchmarks';
import { clips } from './de/clips';
import { compare } from './de/compare';
import { downloads } from './de/downloads';
import { failures } from './de/failures';
import { files } from './de/files';
import { gallery } from './de/gallery';
import { hood } from './de/hood';
import { lab } from './de/lab';
import { loading } from './de/loading';
import { models } from './de/models';
import { page } from './de/page';
import { presets } from './de/presets';
import { prompts } from './de/prompts';
import { runs } from './de/runs';
import { settings } from './de/settings';
import { sweeps } from './de/sweeps';
import { tour } from './de/tour';
import { view } from './de/view';
import { zoom } from './de/zoom';
import type { english } from './english';
import type { Wording } from './wording';

export const german: Wording<typeof english> = {
  about,
  announcements,
  benchmarks,
  clips,
  compare,
  downloads,
  failures,
  files,
  gallery,
  hood,
  lab,
  loading,
  models,
  page,
  presets,
  prompts,
  runs,
  settings,
  sweeps,
  tour,
  view,
  zoom,
};
