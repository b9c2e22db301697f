import { describe, expect, it } from 'vitest';
import { parseCommand, UsageError } from './arguments';

const line = (text: string): ReturnType<typeof parseCommand> => parseCommand(text.split(' '));

describe('parseCommand', () => {
  it('reads every option of generate', () => {
    const options =
      '--prompt apple --seed -1 --levels 4 --steps 25 --guidance 6 --size 128 --aspect 16:9 --out a.png ' +
      '--save a.dcs --stop-level 2 --mode sync --backend wasm --model m --json';
    expect(line(`generate ${options.replace('--seed -1', '--seed=-1')}`)).toEqual({
      name: 'generate',
      model: 'm',
      backend: 'wasm',
      isJson: true,
      start: {
        prompt: 'apple',
        seed: '18446744073709551615',
        aspect: { width: 16, height: 9 },
        steps: 25,
        guidance: 6,
        mode: 'sync',
      },
      clip: null,
      fps: null,
      continueFrom: null,
      levels: 4,
      stopLevel: 2,
      sizePx: 128,
      out: 'a.png',
      save: 'a.dcs',
      encoding: 'float32',
    });
  });

  it('leaves to the model what is not said', () => {
    expect(line('generate --prompt apple --out a.png')).toMatchObject({
      start: { prompt: 'apple', seed: '1', aspect: { width: 1, height: 1 } },
      levels: null,
      sizePx: 256,
      backend: 'native',
      model: null,
    });
    expect(parseCommand(['generate', '--prompt', '', '--out', 'a.png'])).toMatchObject({
      start: { prompt: '' },
    });
  });

  it('knows three encodings of kept pictures', () => {
    const asked = 'generate --prompt apple --out a.png --save a.dcs --encoding';
    expect(line(`${asked} int8`)).toMatchObject({ encoding: 'int8' });
    expect(() => line(`${asked} int4`)).toThrow('--encoding');
  });

  it('continues a file with what the file says', () => {
    expect(line('generate --continue a.dcs --levels 4 --out b.png')).toMatchObject({
      start: null,
      continueFrom: 'a.dcs',
      levels: 4,
    });
  });

  it('reads what a clip is asked for with', () => {
    expect(
      line('generate --prompt a --mode video --seconds 1.5 --fps 24 --context sync --out a.mp4'),
    ).toMatchObject({ clip: { seconds: 1.5 }, fps: 24, start: { mode: 'sync' }, out: 'a.mp4' });
    const bare = line('generate --prompt a --mode video --out frames/');
    expect(bare).toMatchObject({ clip: { seconds: null }, fps: null });
    expect(bare).not.toHaveProperty('start.mode');
    expect(line('decode --latent a --fps 48 --out b.mp4')).toMatchObject({ fps: 48 });
    expect(line('generate --continue a --fps 12 --out b/')).toMatchObject({ fps: 12, clip: null });
    expect(line('generate --prompt a --mode image --context sync --out b')).toMatchObject({
      clip: null,
      start: { mode: 'sync' },
    });
  });

  it('reads decode and info', () => {
    expect(line('decode --latent a --size 512 --levels 2 --out b')).toMatchObject({
      name: 'decode',
      latent: 'a',
      sizePx: 512,
      levels: 2,
      out: 'b',
    });
    expect(line('info --json')).toMatchObject({ name: 'info', latent: null, isJson: true });
  });

  it.each(['', 'help', '--help', 'generate --help', 'decode --help', 'info --help'])(
    'gives help for "%s"',
    (text) => {
      expect(parseCommand(text === '' ? [] : text.split(' '))).toEqual({ name: 'help' });
    },
  );

  it.each([
    ['draw', 'no command "draw"'],
    ['generate --out a.png', '--prompt is missing'],
    ['generate --prompt a', '--out is missing'],
    ['generate --prompt a --out b --seed 1.5', '--seed must be a whole number, got "1.5"'],
    ['generate --prompt a --out b --steps many', '--steps must be a whole number, got "many"'],
    ['generate --prompt a --out b --guidance x', '--guidance must be a number'],
    ['generate --prompt a --out b --aspect 16x9', '--aspect must be like 16:9, got "16x9"'],
    ['generate --prompt a --out b --aspect 0:9', '--aspect must be like 16:9'],
    ['generate --prompt a --out b --mode fast', '--mode must be image or video, got "fast"'],
    ['generate --prompt a --out b --mode sync --context sync', '--mode must be image or video'],
    ['generate --prompt a --out b --context fast', '--context must be clean-context or sync'],
    ['generate --prompt a --out b --seconds 2', '--seconds is for clips: add --mode video'],
    ['generate --prompt a --out b --fps 24', '--fps is for clips: add --mode video'],
    ['generate --prompt a --out b.mp4', '--out b.mp4 is for clips: add --mode video'],
    ['generate --prompt a --out b/', '--out b/ is for clips'],
    ['generate --prompt a --out b --mode video --seconds long', '--seconds must be a number'],
    ['generate --continue a --seconds 2 --out b', '--seconds cannot be given with --continue'],
    ['generate --prompt a --out b --backend webgpu', '--backend must be native or wasm'],
    ['generate --prompt a --out b --colour red', "Unknown option '--colour'"],
    ['generate --continue a --seed 3 --out b', '--seed cannot be given with --continue'],
    ['decode --out b', '--latent is missing'],
    ['generate apple --out b', "Unexpected argument 'apple'"],
  ])('refuses "%s"', (text, message) => {
    expect(() => line(text)).toThrow(UsageError);
    expect(() => line(text)).toThrow(message);
  });
});
