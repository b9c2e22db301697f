/** Every sentence the page says, in English. Plain words; no sentence says what the page does not do. */
import { about } from './en/about';
import { announcements } from './en/announcements';
import { benchmarks } from './en/benchmarks';
import { clips } from './en/clips';
import { compare } from './en/compare';
import { downloads } from './en/downloads';
import { failures } from './en/failures';
import { files } from './en/files';
import { gallery } from './en/gallery';
import { hood } from './en/hood';
import { lab } from './en/lab';
import { loading } from './en/loading';
import { models } from './en/models';
import { page } from './en/page';
import { presets } from './en/presets';
import { prompts } from './en/prompts';
import { runs } from './en/runs';
import { settings } from './en/settings';
import { sweeps } from './en/sweeps';
import { tour } from './en/tour';
import { view } from './en/view';
import { zoom } from './en/zoom';

export const english = {
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
} as const;
