/** Values that are plain strings or numbers at run time and must not be mixed up. */

/** Names a picture the engine keeps (its latents and caches). Valid until it is disposed of or the engine is unloaded. */
export type PictureId = string & { readonly __unit: 'PictureId' };

/** A 64-bit unsigned seed in canonical decimal form; see {@link parseSeed}. */
export type Seed = string & { readonly __unit: 'Seed' };

/** Bytes in one mebibyte. */
export const MEBIBYTE = 1024 * 1024;

/** How the values of a kept picture are written: rounded to 8 or 16 bits, or with every bit. */
export type LatentEncoding = 'int8' | 'float16' | 'float32';
