/**
 * Frames of the Noto animated emoji, Lottie files rendered by Skottie (canvaskit-wasm).
 *
 * The files come as an archive of <...>/<code points>/lottie.json, code points joined by "_".
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { CLIP_PX, MARGIN } from './clip-store.mjs';

export const LOTTIE_STYLE = 'noto-animated';

/** The concept id of a folder of the archive: code points joined by "-", without U+FE0F. */
export const conceptOfFolder = (folder) =>
  folder
    .split('_')
    .filter((point) => point !== 'fe0f')
    .join('-');

/** Lottie texts of `archive` by concept id; `archive` is whatever tar reads. */
export function readLottieArchive(archive) {
  const folder = mkdtempSync(join(tmpdir(), 'lottie-'));
  try {
    execFileSync('tar', ['-xf', archive, '-C', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return new Map(
      paths
        .filter((path) => basename(path) === 'lottie.json')
        .map((path) => [
          conceptOfFolder(basename(dirname(path))),
          readFileSync(join(folder, path), 'utf8'),
        ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Loads the renderer once: returns open(text) -> { seconds, fps, frames(count, fps), close() }. */
export async function openSkottie() {
  const require = createRequire(import.meta.url);
  const initialize = require('canvaskit-wasm/bin/full/canvaskit.js');
  const bin = dirname(require.resolve('canvaskit-wasm/bin/full/canvaskit.js'));
  const kit = await initialize({ locateFile: (file) => join(bin, file) });
  const surface = kit.MakeSurface(CLIP_PX, CLIP_PX);
  const canvas = surface.getCanvas();
  const info = {
    width: CLIP_PX,
    height: CLIP_PX,
    colorType: kit.ColorType.RGBA_8888,
    alphaType: kit.AlphaType.Premul,
    colorSpace: kit.ColorSpace.SRGB,
  };
  const [from, to] = [MARGIN * CLIP_PX, (1 - MARGIN) * CLIP_PX];

  return (text) => {
    const animation = kit.MakeAnimation(text);
    if (animation === null) return null; // Skottie does not say why
    const sourceFps = animation.fps();
    function* frames(count, fps) {
      for (let i = 0; i < count; i += 1) {
        animation.seekFrame((i / fps) * sourceFps);
        canvas.clear(kit.TRANSPARENT);
        animation.render(canvas, kit.LTRBRect(from, from, to, to));
        surface.flush();
        const pixels = canvas.readPixels(0, 0, info);
        if (pixels === null) throw new Error('canvaskit-wasm gave no pixels of its surface.');
        yield pixels;
      }
    }
    return { seconds: animation.duration(), frames, close: () => animation.delete() };
  };
}
