/**
 * Presets as a JSON document, the same in the browser's storage and in files:
 * `{ "format": "dcs-studio-presets", "version": 1, "presets": [{ "name", "addition", "settings" }] }`.
 */
import { JsonReader } from '../../contract/json-reader';
import { ASPECTS, COUNTS, GUIDANCE_RANGE, STEPS_RANGE } from '../settings';
import type { Preset, PresetSettings } from './preset';

/** A preset as it is written: its id is given to it where it is read. */
export type WrittenPreset = Omit<Preset, 'presetId'>;

/** Longest name and addition that are read, in UTF-16 units. */
export const MOST_NAME_LETTERS = 80;
export const MOST_ADDITION_LETTERS = 500;

const FORMAT = 'dcs-studio-presets';
const MOST_PRESETS = 500;

/** The document of some presets. */
export function presetDocument(presets: readonly WrittenPreset[]): string {
  const written = presets.map(({ name, addition, settings }) => ({ name, addition, settings }));
  return `${JSON.stringify({ format: FORMAT, version: 1, presets: written }, null, 2)}\n`;
}

/**
 * The presets of a document.
 *
 * @throws {Error} naming the first field that is wrong, what was found and what would do
 */
export function readPresets(json: string): WrittenPreset[] {
  const fail = (message: string): Error =>
    new Error(`These presets cannot be read: ${message}. Export them again, or mend the file.`);
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    throw fail(`the file must be JSON, found "${json.slice(0, 40)}"`);
  }
  const root = new JsonReader(document, '', fail);
  root.field('format').oneOf([FORMAT]);
  root.field('version').whole(1, 1);
  const presets = root.field('presets').list(readPreset);
  if (presets.length > MOST_PRESETS) {
    throw fail(`presets must be a list of at most ${MOST_PRESETS}, found ${presets.length}`);
  }
  return presets;
}

function readPreset(reader: JsonReader): WrittenPreset {
  const addition = reader.field('addition');
  return {
    name: shortText(reader.field('name'), 1, MOST_NAME_LETTERS),
    addition: addition.isAbsent() ? '' : shortText(addition, 0, MOST_ADDITION_LETTERS),
    settings: readSettings(reader.field('settings')),
  };
}

function shortText(reader: JsonReader, least: number, most: number): string {
  const text = reader.text().trim();
  if (text.length >= least && text.length <= most) return text;
  throw reader.error(`a text of ${least} to ${most} letters`);
}

/** What is absent is not part of the preset; null means what the model recommends. */
function readSettings(reader: JsonReader): PresetSettings {
  const { minimum, maximum } = STEPS_RANGE;
  const present = reader.record();
  const read = <T>(name: keyof PresetSettings, value: (field: JsonReader) => T) =>
    name in present ? { [name]: value(reader.field(name)) } : {};
  const orNull =
    (value: (field: JsonReader) => number) =>
    (field: JsonReader): number | null =>
      field.isAbsent() ? null : value(field);
  return {
    ...read('aspect', (field) => field.oneOf(ASPECTS)),
    ...read('count', readCount),
    ...read(
      'levels',
      orNull((field) => field.whole(1, 64)),
    ),
    ...read(
      'steps',
      orNull((field) => field.whole(minimum, maximum)),
    ),
    ...read('guidance', orNull(readGuidance)),
    ...read(
      'seconds',
      orNull((field) => field.whole(1, 60)),
    ),
  };
}

function readCount(reader: JsonReader): number {
  const count = COUNTS.find((offered) => offered === reader.whole(1));
  if (count !== undefined) return count;
  throw reader.error(`one of ${COUNTS.join(', ')}`);
}

function readGuidance(reader: JsonReader): number {
  const { minimum, maximum } = GUIDANCE_RANGE;
  const guidance = reader.finite();
  if (guidance >= minimum && guidance <= maximum) return guidance;
  throw reader.error(`a number, ${minimum} to ${maximum}`);
}
