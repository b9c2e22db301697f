/**
 * The one error class of the engine. A thrown error crosses a worker boundary as name, message and stack only, so
 * the literal `name` is the code and {@link isEngineError} compares strings, never classes.
 */

const ENGINE_ERROR_CODES = [
  'BadRequest',
  'Cancelled',
  'DeviceLost',
  'DownloadFailed',
  'EngineFailed',
  'IntegrityMismatch',
  'LatentInvalid',
  'ManifestInvalid',
  'ModelNotLoaded',
  'NoWebGpu',
  'OtherModel',
  'OutOfMemory',
  'PictureNotFound',
] as const;

/** What went wrong, as a word a program can compare. */
export type EngineErrorCode = (typeof ENGINE_ERROR_CODES)[number];

/** An error the engine expects a caller to show or handle: what happened, what was found, what to do next. */
export class EngineError extends Error {
  override readonly name: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = code;
  }
}

/** Whether `error` is an engine error, of the given code if one is given. True on both sides of a worker boundary. */
export function isEngineError(
  error: unknown,
  code?: EngineErrorCode,
): error is Error & { name: EngineErrorCode } {
  if (!(error instanceof Error)) return false;
  if (code !== undefined) return error.name === code;
  return (ENGINE_ERROR_CODES as readonly string[]).includes(error.name);
}
