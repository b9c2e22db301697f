/** Clips from the command line, on the tiny model: real video through real graphs. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, decodeApng } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { padToEven } from './mp4';
import { TINY } from './testing/engines';
import { runOnTiny as run } from './testing/run-on-tiny';

const NANO = fileURLToPath(new URL('../public/models/nano', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dcs-clips-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const SECONDS = 1;
const SIZE = ['--size', '17', '--aspect', '5:4'];
const REQUEST = ['generate', '--mode', 'video', '--prompt', 'red apple', '--steps', '3', ...SIZE];

/** The frames of a folder, in order. */
function framesOf(name: string): ReturnType<typeof decode>[] {
  const files = readdirSync(at(name)).sort();
  expect(files).toEqual(files.map((_, i) => `frame-${String(i + 1).padStart(4, '0')}.png`));
  return files.map((file) => decode(readFileSync(join(at(name), file))));
}

function largestByteDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i += 1) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

/** Content of the boxes at a path of an MP4 file. */
function boxOf(file: Buffer, [type, ...path]: readonly string[]): Buffer {
  for (let start = 0; start < file.length; start += file.readUInt32BE(start)) {
    const box = file.subarray(start + 8, start + file.readUInt32BE(start));
    if (file.toString('latin1', start + 4, start + 8) !== type) continue;
    return path.length === 0 ? box : boxOf(box, path);
  }
  throw new Error(`there is no ${String(type)}`);
}

describe('clips', () => {
  beforeAll(async () => {
    const files = ['--out', at('clip.mp4'), '--save', at('clip.dcs')];
    const { answers } = await run(
      ...REQUEST,
      '--seconds',
      String(SECONDS),
      '--fps',
      '24',
      ...files,
    );
    expect(answers[0]).toContain('24 frames, 24 a second, of "red apple"');
    for (const fps of [12, 24]) {
      const out = ['--fps', String(fps), '--size', '17', '--out', at(`frames-${fps}/`)];
      await run('decode', '--latent', at('clip.dcs'), ...out);
    }
  }, 60_000);

  it('have fps * seconds frames, in an MP4 and in a folder', () => {
    expect(framesOf('frames-12')).toHaveLength(12 * SECONDS);
    expect(framesOf('frames-24')).toHaveLength(24 * SECONDS);
    const file = readFileSync(at('clip.mp4'));
    expect(file.toString('latin1', 4, 8)).toBe('ftyp');
    const media = ['moov', 'trak', 'mdia'];
    const header = boxOf(file, [...media, 'mdhd']);
    const [timescale, duration] = [header.readUInt32BE(12), header.readUInt32BE(16)];
    expect(duration / timescale).toBeCloseTo(SECONDS, 1);
    const sizes = boxOf(file, [...media, 'minf', 'stbl', 'stsz']);
    expect(sizes.readUInt32BE(8)).toBe(24 * SECONDS);
    const entry = boxOf(file, [...media, 'minf', 'stbl', 'stsd']).subarray(16);
    expect([entry.readUInt16BE(24), entry.readUInt16BE(26)]).toEqual([22, 18]); // 21 x 17, made even
  });

  it('at 12 and at 24 frames a second share every moment of the slower one', () => {
    const [slow, fast] = [framesOf('frames-12'), framesOf('frames-24')];
    slow.forEach((frame, i) => {
      expect([frame.width, frame.height]).toEqual([21, 17]);
      expect(largestByteDifference(frame.data, fast[2 * i + 1]!.data)).toBeLessThanOrEqual(1);
    });
    // and the moments between differ: the clip does move
    const moved = fast.slice(1).map((frame, i) => largestByteDifference(frame.data, fast[i]!.data));
    expect(Math.min(...moved)).toBeGreaterThan(0);
  });

  it('are written as an animated PNG with the same frames', async () => {
    const out = ['--fps', '12', '--size', '17', '--out', at('clip.png')];
    const { answers } = await run('decode', '--latent', at('clip.dcs'), '--json', ...out);
    expect(JSON.parse(answers[0]!)).toMatchObject({ fps: 12, frameCount: 12 });
    const { frames, numberOfPlays } = decodeApng(readFileSync(at('clip.png')), { checkCrc: true });
    expect(numberOfPlays).toBe(0);
    const wanted = framesOf('frames-12');
    expect(frames).toHaveLength(wanted.length);
    frames.forEach((frame, i) => {
      expect([frame.delayNumber, frame.delayDenominator]).toEqual([1, 12]);
      expect(Buffer.from(frame.data as Uint8Array)).toEqual(
        Buffer.from(wanted[i]!.data as Uint8Array),
      );
    });
  });

  it.each(['clean-context', 'sync'])('continue where they were stopped (%s)', async (context) => {
    const request = [...REQUEST, '--seconds', '1', '--fps', '6', '--context', context];
    await run(...request, '--out', at(`whole-${context}/`));
    const kept = at(`part-${context}.dcs`);
    await run(...request, '--stop-level', '2', '--save', kept, '--out', at(`part-${context}/`));
    const rest = ['--fps', '6', '--size', '17', '--out', at(`rest-${context}/`)];
    await run('generate', '--continue', kept, ...rest);
    expect(framesOf(`rest-${context}`)).toEqual(framesOf(`whole-${context}`));
    expect(framesOf(`part-${context}`)).not.toEqual(framesOf(`whole-${context}`));
  });

  it('are refused before anything is computed when they cannot be', async () => {
    const out = ['--out', at('none.mp4')];
    const refused = (...args: string[]): Promise<unknown> => run(...REQUEST, ...args, ...out);
    const badRequest = (message: string): object => ({
      name: 'BadRequest',
      message: expect.stringContaining(message) as string,
    });
    await expect(refused('--fps', '25')).rejects.toMatchObject(
      badRequest('multiple of 2 from 6 to'),
    );
    await expect(refused('--seconds', '9')).rejects.toMatchObject(
      badRequest('from 1 to 4, found 9'),
    );
    await expect(refused('--model', NANO)).rejects.toMatchObject(badRequest('images only'));
    await expect(
      run('decode', '--latent', at('clip.dcs'), '--fps', '7', ...out),
    ).rejects.toMatchObject(badRequest('multiple of 2'));
    await expect(
      run('decode', '--latent', at('clip.dcs'), '--out', at('frames-12/')),
    ).rejects.toMatchObject(badRequest('has 12 files already, frame-0001.png among them'));
    expect(readdirSync(folder)).not.toContain('none.mp4');
  });

  it('are not made of images', async () => {
    const image = ['generate', '--prompt', 'x', '--steps', '1', '--size', '16', '--levels', '1'];
    const files = ['--out', at('image.png'), '--save', at('image.dcs')];
    await run(...image, ...files);
    for (const wrong of [
      ['--out', at('image.mp4')],
      ['--out', at('image/')],
      ['--out', at('b.png'), '--fps', '12'],
    ]) {
      await expect(run('decode', '--latent', at('image.dcs'), ...wrong)).rejects.toThrow(
        'The picture is an image: it has no frames',
      );
      await expect(run('generate', '--continue', at('image.dcs'), ...wrong)).rejects.toThrow(
        'The picture is an image: it has no frames',
      );
    }
  });

  it('are written by the program itself', () => {
    const program = fileURLToPath(new URL('dcs.ts', import.meta.url));
    const decodeArguments = ['decode', '--latent', at('clip.dcs'), '--model', TINY];
    const out = ['--fps', '6', '--size', '16', '--out', at('program.mp4')];
    const command = ['--import', 'tsx', program, ...decodeArguments, ...out];
    const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(readFileSync(at('program.mp4')).toString('latin1', 4, 8)).toBe('ftyp');
  }, 60_000);

  it('leave the listeners of the process as they were', async () => {
    const count = (): number[] =>
      (['unhandledRejection', 'uncaughtException'] as const).map((e) => process.listenerCount(e));
    const before = count();
    const out = ['--size', '16', '--fps', '6', '--out', at('again.mp4')];
    await run('decode', '--latent', at('clip.dcs'), ...out);
    expect(count()).toEqual(before);
  });
});

it('a frame with odd sides is padded by its last row and column', () => {
  const pixel = (value: number): number[] => [value, value, value, 255];
  const rgba = Uint8ClampedArray.from([1, 2, 3].flatMap(pixel));
  const padded = padToEven(rgba, 3, 1);
  expect([...padded]).toEqual([1, 2, 3, 3, 1, 2, 3, 3].flatMap(pixel));
  const even = Uint8ClampedArray.from([1, 2, 3, 4].flatMap(pixel));
  expect([...padToEven(even, 2, 2)]).toEqual([...even]);
});
