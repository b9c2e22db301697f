import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { loaded, realEngine } from './testing/engines';
import { runOnTiny as run } from './testing/run-on-tiny';

const folder = mkdtempSync(join(tmpdir(), 'dcs-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const png = (name: string): ReturnType<typeof decode> => decode(readFileSync(at(name)));

describe('dcs', () => {
  it('generates, stops, continues and decodes to the same picture', async () => {
    const request = ['generate', '--prompt', 'red apple', '--steps', '4', '--size', '32'];
    const whole = await run(...request, '--aspect', '2:1', '--out', at('whole.png'));
    expect(whole.answers[0]).toContain('3 of 3 levels');
    expect(whole.progress.filter((line) => line.startsWith('level'))).toHaveLength(3);
    const kept = ['--save', at('kept.dcs'), '--stop-level', '2'];
    const part = await run(...request, '--aspect', '2:1', '--out', at('part.png'), ...kept);
    expect(part.answers[0]).toContain('2 of 3 levels');
    await run(
      ...['generate', '--continue', at('kept.dcs'), '--size', '32'],
      ...['--out', at('rest.png'), '--save', at('rest.dcs')],
    );
    expect(png('rest.png').data).toEqual(png('whole.png').data);
    expect(png('part.png').data).not.toEqual(png('whole.png').data);
    await run(
      ...['decode', '--latent', at('rest.dcs'), '--levels', '2', '--size', '32'],
      ...['--out', at('two.png')],
    );
    expect(png('two.png').data).toEqual(png('part.png').data);
    expect(png('two.png')).toMatchObject({ width: 64, height: 32 });
  });

  it('decodes a file whose patches have levels of their own, and does not go on from it', async () => {
    const engine = await loaded(realEngine());
    const rgba = Uint8ClampedArray.from({ length: 32 * 32 * 4 }, (_, i) => (i * 7) % 256);
    const counts = Array.from({ length: 16 }, (_, patch) => (patch % 2) + 1);
    const request = { sizePx: 32, counts };
    const { pictureId } = await engine.reconstruct({ width: 32, height: 32, rgba }, request);
    writeFileSync(at('counts.dcs'), await engine.exportLatent(pictureId, 'int8'));
    const { answers } = await run(
      ...['decode', '--latent', at('counts.dcs'), '--size', '32', '--out', at('counts.png')],
      '--json',
    );
    expect(JSON.parse(answers[0]!)).toMatchObject({ picture: { counts, levelsDone: 2 } });
    const { pictureId: copy } = await engine.importLatent(
      new Uint8Array(readFileSync(at('counts.dcs'))),
    );
    const pixels = await engine.readPixels(copy, { levels: 2, sizePx: 32 }, null);
    const colours = pixels.rgba.filter((_, i) => i % 4 !== 3);
    const { data, channels } = png('counts.png');
    expect([...data].filter((_, i) => i % channels < 3)).toEqual([...colours]);
    await expect(
      run('generate', '--continue', at('counts.dcs'), '--out', at('more.png')),
    ).rejects.toThrow('fewer levels than others');
  });

  it('prints one JSON document with the timings of each stage and level', async () => {
    const { answers, progress } = await run(
      ...['generate', '--prompt', 'x', '--steps', '2', '--levels', '2', '--size', '16'],
      ...['--out', at('json.png'), '--json'],
    );
    expect(progress).toEqual([]);
    expect(answers).toHaveLength(1);
    expect(JSON.parse(answers[0]!)).toMatchObject({
      backend: 'native',
      model: 'tiny',
      status: 'finished',
      picture: { levelsDone: 2, seed: '1' },
      timings: {
        levels: [
          { level: 1, samplerCalls: 2 },
          { level: 2, samplerCalls: 2 },
        ],
      },
      loadMs: expect.any(Number) as number,
      decodeMs: expect.any(Number) as number,
    });
  });

  it('tells about the model and a latent file', async () => {
    const { answers } = await run('info');
    expect(JSON.parse(answers[0]!)).toMatchObject({ model: 'tiny', config: { levels: 3 } });
  });

  it('refuses a folder that is not there before it computes anything', async () => {
    const nowhere = at('nowhere/a.png');
    await expect(run('generate', '--prompt', 'x', '--out', nowhere)).rejects.toThrow('ENOENT');
  });

  it('ends with 2 when it is called wrongly, and with 1 when it fails', () => {
    const program = fileURLToPath(new URL('dcs.ts', import.meta.url));
    const start = (...args: string[]): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, ['--import', 'tsx', program, ...args], { encoding: 'utf8' });
    const wrong = start('generate', '--out', 'a.png');
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('--prompt is missing');
    const failed = start('info', '--model', at('nowhere'));
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('cannot be read');
    expect(failed.stderr).not.toContain('at async');
  });
});
