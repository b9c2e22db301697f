import type { PictureInfo } from '../contract/engine';
import { EngineError } from '../contract/engine-error';
import type { PictureTraits } from '../contract/requests';
import type { PictureId } from '../contract/units';

/** A picture of the fake engine: its traits say everything. */
export class FakePicture {
  readonly id: PictureId;
  readonly traits: PictureTraits;
  levelsDone: number;
  isRunning = false;

  constructor(id: PictureId, traits: PictureTraits, levelsDone: number) {
    this.id = id;
    this.traits = traits;
    this.levelsDone = levelsDone;
  }

  describe(): PictureInfo {
    return { pictureId: this.id, levelsDone: this.levelsDone, ...this.traits };
  }
}

const MAGIC = 'DCSFAKE1\n';

/** The picture as a file. It is text; the files of real pictures are not. */
export function writeFakeFile({ traits, levelsDone }: FakePicture): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(MAGIC + JSON.stringify({ traits, levelsDone }));
}

/** @throws {EngineError} LatentInvalid when it is not such a file */
export function readFakeFile(file: Uint8Array): { traits: PictureTraits; levelsDone: number } {
  const text = new TextDecoder().decode(file);
  try {
    if (!text.startsWith(MAGIC)) throw new Error('it does not begin like one');
    // Written by writeFakeFile, for development only: its shape is taken on trust.
    return JSON.parse(text.slice(MAGIC.length)) as { traits: PictureTraits; levelsDone: number };
  } catch (error) {
    throw new EngineError(
      'LatentInvalid',
      `This is not a usable .dcs file: ${(error as Error).message}. Choose a file saved by this studio.`,
      { cause: error },
    );
  }
}
