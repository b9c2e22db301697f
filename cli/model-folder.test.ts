/** Which model a command uses when nobody says. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCommand } from './arguments';
import { modelFolder } from './model-folder';
import { runOnTiny } from './testing/run-on-tiny';

const folder = mkdtempSync(join(tmpdir(), 'dcs-model-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

function folderOf(...args: string[]): Promise<string> {
  const command = parseCommand(args);
  if (command.name === 'help') throw new Error('help');
  return modelFolder(command);
}

describe('the model of a command', () => {
  it('is what --model says, else the one that makes what is asked for', async () => {
    const image = ['generate', '--prompt', 'apple', '--out', 'a.png'];
    expect(await folderOf(...image, '--model', 'x')).toBe('x');
    expect(await folderOf(...image)).toBe(join('public', 'models', 'nano'));
    expect(await folderOf(...image, '--mode', 'video')).toBe(
      join('public', 'models', 'nano-clips'),
    );
    expect(await folderOf('info')).toBe(join('public', 'models', 'nano'));
  });

  it('is the one that made a kept picture', async () => {
    const small = ['--levels', '1', '--steps', '2', '--size', '17'];
    const files = ['--out', at('a.png'), '--save', at('a.dcs')];
    await runOnTiny('generate', '--prompt', 'apple', ...small, ...files);
    const tiny = join('public', 'models', 'tiny');
    expect(await folderOf('decode', '--latent', at('a.dcs'), '--out', 'b.png')).toBe(tiny);
    expect(await folderOf('info', '--latent', at('a.dcs'))).toBe(tiny);
    expect(await folderOf('generate', '--continue', at('a.dcs'), '--out', 'b.png')).toBe(tiny);
  });

  it('cannot be told of a file that is none', async () => {
    writeFileSync(at('b.dcs'), 'no picture');
    const wanted = { name: 'LatentInvalid' };
    for (const file of ['b.dcs', 'c.dcs']) {
      await expect(folderOf('info', '--latent', at(file))).rejects.toMatchObject(wanted);
    }
  });
});
