/** What the commands do: load the model, run the engine core, write files, report. */
import { access, constants, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type {
  EngineInfo,
  ImportedPicture,
  PictureInfo,
  RunEvent,
  RunResult,
} from '../src/contract/engine';
import { EngineError } from '../src/contract/engine-error';
import { bundleFiles } from '../src/contract/manifest';
import type { WorkerApi } from '../src/contract/worker-api';
import { createEngineCore } from '../workers/engine';
import type { Command } from './arguments';
import { assertNoFrames } from './clip-writer';
import { modelFolder, readLatent } from './model-folder';
import { createNodeHost } from './node-host';
import { formatOf } from './out-format';
import type { Written } from './picture-output';
import { assertFits, outputFps, writePicture } from './picture-output';

type Named<Name extends Command['name']> = Extract<Command, { name: Name }>;

/** Where the commands write what a person reads; files are written by themselves. */
export interface Report {
  /** Progress, one line at a time. */
  readonly progress: (line: string) => void;
  /** The answer. */
  readonly answer: (text: string) => void;
  /** Calls the listener when the person wants the run to stop. */
  readonly onInterrupt: (listener: () => void) => void;
}

interface LoadedCore {
  readonly core: WorkerApi;
  readonly info: EngineInfo;
  readonly loadMs: number;
}

/** Job names: one call at a time, so that each has its own; picture-output.ts has the third. */
const LOAD_JOB = 1;
const RUN_JOB = 2;

/** Runs a command. */
export async function runCommand(
  command: Exclude<Command, { name: 'help' }>,
  report: Report,
): Promise<void> {
  await assertWritable(command);
  const startMs = performance.now();
  const core = createEngineCore(createNodeHost(command.backend));
  const folder = await modelFolder(command);
  const info = await core.load(LOAD_JOB, folder, { backend: 'auto' }, () => undefined);
  const loaded = { core, info, loadMs: performance.now() - startMs };
  try {
    switch (command.name) {
      case 'generate':
        await generate(command, loaded, report);
        break;
      case 'decode':
        await decode(command, loaded, report);
        break;
      case 'info':
        await describe(command, loaded, report);
        break;
    }
  } finally {
    await core.unload();
  }
}

/** Before anything is computed: a run of minutes is not lost to a misspelt folder. */
async function assertWritable(command: Exclude<Command, { name: 'help' }>): Promise<void> {
  if (command.name === 'info') return;
  const files = [command.out, command.name === 'generate' ? command.save : null];
  for (const file of files) {
    if (file !== null) await access(dirname(file), constants.W_OK);
  }
  if (formatOf(command.out) === 'folder') await assertNoFrames(command.out);
}

async function generate(
  command: Named<'generate'>,
  loaded: LoadedCore,
  report: Report,
): Promise<void> {
  const { core } = loaded;
  const result = await runLevels(command, loaded, report);
  if (result.status === 'cancelled' || result.pictureId === null) {
    throw new EngineError(
      'Cancelled',
      'Stopped before the first level was finished; nothing was written.',
    );
  }
  const { pictureId, levelsDone, timings } = result;
  if (command.save !== null)
    await writeFile(command.save, await core.exportLatent(pictureId, command.encoding));
  const picture = await core.describePicture(pictureId);
  const { out, save, isJson, sizePx, fps } = command;
  const view = { levels: levelsDone, sizePx, fps, out };
  const written = await writePicture(decoderOf(loaded), picture, view, report.onInterrupt);
  if (isJson) {
    const { status } = result;
    const counters = await core.counters();
    report.answer(
      toJson({ ...summary(loaded), status, picture, timings, ...written, counters, out, save }),
    );
    return;
  }
  const seconds = (timings.totalMs / 1000).toFixed(2);
  const what = describeLevels(picture, loaded.info);
  report.answer(`${out}: ${describeFrames(written)}${what} in ${seconds} s`);
  if (save !== null) report.answer(`${save}: kept to decode or continue`);
}

async function runLevels(
  command: Named<'generate'>,
  { core, info }: LoadedCore,
  report: Report,
): Promise<RunResult> {
  const levels = command.levels ?? info.manifest.config.levels;
  const stop = (): void => void core.stop('now');
  report.onInterrupt(stop);
  const onEvent = (event: RunEvent): void => {
    reportProgress(event, command, report);
    const isLastWanted = event.type === 'level-end' && event.level === command.stopLevel;
    if (isLastWanted) void core.stop('after-level');
  };
  const { config } = info.manifest;
  if (command.start !== null) {
    if (command.clip === null) return core.generate(RUN_JOB, { ...command.start, levels }, onEvent);
    // A model of images refuses any length; the rate is checked before a run of minutes.
    const seconds = command.clip.seconds ?? config.video?.maxSeconds ?? 1;
    if (config.video !== null) outputFps(command.fps, config);
    return core.generate(RUN_JOB, { ...command.start, seconds, levels }, onEvent);
  }
  const picture = await importFile(core, command.continueFrom!, report);
  assertFits(picture, command);
  return core.continuePicture(RUN_JOB, picture.pictureId, { toLevel: levels }, onEvent);
}

async function decode(command: Named<'decode'>, loaded: LoadedCore, report: Report): Promise<void> {
  const { core, info } = loaded;
  const picture = await importFile(core, command.latent, report);
  const levels = command.levels ?? picture.levelsDone;
  const { sizePx, fps, out } = command;
  const view = { levels, sizePx, fps, out };
  const written = await writePicture(decoderOf(loaded), picture, view, report.onInterrupt);
  const what = describeLevels({ ...picture, levelsDone: levels }, info);
  report.answer(
    command.isJson
      ? toJson({ ...summary(loaded), picture, levels, ...written, out })
      : `${out}: ${describeFrames(written)}${what} in ${written.decodeMs.toFixed(0)} ms`,
  );
}

async function describe(command: Named<'info'>, loaded: LoadedCore, report: Report): Promise<void> {
  const { manifest } = loaded.info;
  const picture =
    command.latent === null ? null : await importFile(loaded.core, command.latent, report);
  const sizeBytes = bundleFiles(manifest).reduce((sum, file) => sum + file.sizeBytes, 0);
  const { config, sampler, licence, evaluation } = manifest;
  const facts = { ...summary(loaded), name: manifest.name, licence, sizeBytes, config, sampler };
  report.answer(toJson(picture === null ? { ...facts, evaluation } : { ...facts, picture }));
}

function reportProgress(event: RunEvent, command: Named<'generate'>, report: Report): void {
  if (command.isJson) return;
  if (event.type === 'prompt-read' && event.unknownWords.length > 0) {
    report.progress(`unknown to the text encoder: ${event.unknownWords.join(', ')}`);
  } else if (event.type === 'prompt-read' && event.truncatedTokens > 0) {
    report.progress(`the last ${event.truncatedTokens} tokens of the prompt did not fit`);
  } else if (event.type === 'level-end') {
    report.progress(`level ${event.level} finished after ${(event.elapsedMs / 1000).toFixed(2)} s`);
  } else if (event.type === 'cache-dropped') {
    report.progress(`dropped ${event.freedBytes} bytes of caches. ${event.consequence}`);
  }
}

function summary({ info, loadMs }: LoadedCore): Record<string, unknown> {
  const { backend, threads, manifest } = info;
  return { backend, threads, model: manifest.id, loadMs };
}

function decoderOf({ core, info }: LoadedCore): Parameters<typeof writePicture>[0] {
  return { core, config: info.manifest.config };
}

function describeFrames({ fps, frameCount }: Written): string {
  return fps === 0 ? '' : `${frameCount} frames, ${fps} a second, of `;
}

function describeLevels({ levelsDone, prompt, seed }: PictureInfo, info: EngineInfo): string {
  const { levels } = info.manifest.config;
  const subject = prompt === '' ? 'a picture' : `"${prompt}"`;
  return `${subject}, seed ${seed}, ${levelsDone} of ${levels} levels, on ${info.backend}`;
}

async function importFile(
  core: LoadedCore['core'],
  path: string,
  report: Report,
): Promise<ImportedPicture> {
  const picture = await core.importLatent(await readLatent(path));
  const { levelsDone, levelsInFile } = picture;
  if (levelsDone < levelsInFile) {
    report.progress(
      `${path} is cut off or damaged: ${levelsDone} of its ${levelsInFile} levels are whole`,
    );
  }
  return picture;
}

function toJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
