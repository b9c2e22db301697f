/** What went wrong, in a form the page can explain, and the ways out it can offer. Pure. */
import { isEngineError, type EngineErrorCode } from '../contract/engine-error';

/** What was being done when it went wrong. */
export type FailedTask = 'load' | 'generate' | 'continue' | 'show' | 'open' | 'keep' | 'download';

/** A way out the page can offer as a button. */
export type Remedy =
  | 'load-again'
  | 'load-with-wasm'
  | 'choose-model'
  | 'generate-again'
  | 'show-smaller'
  | 'reload-page';

/** Something that went wrong and is not yet dismissed. */
export interface Failure {
  readonly code: EngineErrorCode | 'Unexpected';
  readonly task: FailedTask;
  /** The engine's own words: what happened, what was found. */
  readonly message: string;
  /** Best first. */
  readonly remedies: readonly Remedy[];
}

/** Describes anything that was thrown. */
export function failureOf(error: unknown, task: FailedTask): Failure {
  const code = isEngineError(error) ? error.name : 'Unexpected';
  const message = error instanceof Error ? error.message : String(error);
  return { code, task, message, remedies: remediesFor(code, task) };
}

/** The ways out of a failure, best first. */
function remediesFor(code: Failure['code'], task: FailedTask): readonly Remedy[] {
  switch (code) {
    case 'NoWebGpu':
      return ['load-with-wasm'];
    case 'DeviceLost':
      return ['load-again', 'load-with-wasm'];
    case 'OutOfMemory':
      return task === 'show' ? ['show-smaller', 'load-again'] : ['load-again', 'load-with-wasm'];
    case 'DownloadFailed':
    case 'IntegrityMismatch':
    case 'ModelNotLoaded':
    case 'EngineFailed':
      return ['load-again', 'reload-page'];
    case 'ManifestInvalid':
    case 'Unexpected':
      return task === 'load' ? ['load-again', 'reload-page'] : ['reload-page'];
    case 'OtherModel':
      return ['choose-model'];
    case 'PictureNotFound':
      return ['generate-again'];
    case 'BadRequest':
    case 'LatentInvalid':
    case 'Cancelled':
      return [];
  }
}
