/** Leaves a .br and a .gz beside every built file that shrinks enough for it to matter. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const COMPRESSIBLE = new Set(
  '.css .data .html .js .json .mjs .onnx .svg .txt .wasm .webmanifest'.split(' '),
);
const SMALLEST_BYTES = 1024;
/** Trained weights are close to noise: a sibling that saves less than a tenth only costs disk. */
const WORTHWHILE_RATIO = 0.9;

const compressors = [
  {
    suffix: '.br',
    /** @param {Buffer} data */
    run: (data) =>
      // Quality 5 is the knee: 9 takes eight times as long for a few percent of a .wasm file.
      promisify(brotliCompress)(data, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: 5,
          [constants.BROTLI_PARAM_LGWIN]: 22,
          [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
        },
      }),
  },
  {
    suffix: '.gz',
    run: promisify(
      /** @type {(data: Buffer, done: (error: Error | null, result: Buffer) => void) => void} */ (
        gzip
      ),
    ),
  },
];

/**
 * @param {string} folder
 * @returns {Promise<{ files: number, bytes: number, compressedBytes: number }>} `compressedBytes` counts the best form of
 *   each of the `files` that were compressed
 */
export async function compressFolder(folder) {
  const total = { files: 0, bytes: 0, compressedBytes: 0 };
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !COMPRESSIBLE.has(extname(entry.name))) continue;
    const path = join(entry.parentPath, entry.name);
    const data = await readFile(path);
    if (data.length < SMALLEST_BYTES) continue;
    const sizes = await Promise.all(
      compressors.map(async ({ suffix, run }) => {
        const compressed = await run(data);
        if (compressed.length > data.length * WORTHWHILE_RATIO) return data.length;
        await writeFile(path + suffix, compressed);
        return compressed.length;
      }),
    );
    total.files += 1;
    total.bytes += data.length;
    total.compressedBytes += Math.min(...sizes);
  }
  return total;
}
