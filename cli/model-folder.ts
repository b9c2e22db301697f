/** Which model a command uses, and the kept picture that may say so. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../src/contract/engine-error';
import { readDcsFile } from '../workers/dcs-file/dcs-file';
import type { Command } from './arguments';

/** Where the models that come with the studio are, from its root. */
const MODELS = 'public/models';
const FOR_PICTURES = 'nano';
const FOR_CLIPS = 'nano-clips';

/**
 * The folder of the model: what --model says, else the one that made the kept picture, else the one that makes what is
 * asked for.
 *
 * @throws {EngineError} LatentInvalid when the kept picture cannot be read
 */
export async function modelFolder(command: Exclude<Command, { name: 'help' }>): Promise<string> {
  if (command.model !== null) return command.model;
  const isGenerate = command.name === 'generate';
  const kept = isGenerate ? command.continueFrom : command.latent;
  if (kept !== null) {
    const { modelId } = readDcsFile(await readLatent(kept));
    const isHere = (await readdir(MODELS)).includes(modelId);
    return join(MODELS, isHere ? modelId : FOR_PICTURES); // which says that another model made it
  }
  return join(MODELS, isGenerate && command.clip !== null ? FOR_CLIPS : FOR_PICTURES);
}

/**
 * The bytes of a kept picture.
 *
 * @throws {EngineError} LatentInvalid when there is no such file, or it cannot be opened
 */
export async function readLatent(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw new EngineError(
      'LatentInvalid',
      `The file ${path} cannot be read: ${(error as Error).message}. Give a file written with --save.`,
      { cause: error },
    );
  }
}
