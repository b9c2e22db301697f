/** The engines that the rules of workers/SPEC.md are tested on: the real core on the tiny model, and the fake one. */
import { fileURLToPath } from 'node:url';
import type { Engine, GenerateRequest, RunEvent, RunResult } from '../../src/contract/engine';
import type { CanvasHandle } from '../../src/contract/platform';
import type { PictureId } from '../../src/contract/units';
import { FakeEngine } from '../../src/engine/fake-engine';
import { WorkerEngine } from '../../src/engine/worker-engine';
import { createEngineCore } from '../../workers/engine';
import type { NodeBackend } from '../node-host';
import { createNodeHost } from '../node-host';

/** The folder of the random-weight model. */
export const TINY = fileURLToPath(new URL('../../public/models/tiny', import.meta.url));

/** The real engine, in this process in place of a worker. */
export function realEngine(backend: NodeBackend = 'native'): Engine {
  return new WorkerEngine({
    connect: () => ({
      api: createEngineCore(createNodeHost(backend)),
      terminate: () => undefined,
      onCrash: () => undefined,
    }),
  });
}

/** The engines of the protocol tests. */
export const ENGINES: readonly { readonly name: string; readonly create: () => Engine }[] = [
  { name: 'the fake engine', create: () => new FakeEngine({ stepMs: 0, loadMs: 0 }) },
  { name: 'the real engine on tiny', create: () => realEngine() },
];

/** An engine with its model. */
export async function loaded(engine: Engine, memoryBudgetBytes?: number): Promise<Engine> {
  const budget = memoryBudgetBytes === undefined ? {} : { memoryBudgetBytes };
  await engine.load(TINY, { backend: 'auto', ...budget }, null, () => undefined);
  return engine;
}

/** A request that takes a fraction of a second. */
export function request(changes: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    prompt: 'a red apple',
    seed: '7',
    levels: 3,
    steps: 4,
    aspect: { width: 1, height: 1 },
    ...changes,
  };
}

/** Generates and gives the picture's name. */
export async function generated(
  engine: Engine,
  changes: Partial<GenerateRequest> = {},
  onEvent: (event: RunEvent) => void = () => undefined,
): Promise<PictureId> {
  return finished(await engine.generate(request(changes), null, onEvent));
}

/** The picture of a run that must have finished. */
export function finished(result: RunResult): PictureId {
  if (result.status !== 'finished') throw new Error(`the run was ${result.status}`);
  return result.pictureId;
}

/** The bytes of a picture, to compare. */
export async function pixelsOf(
  engine: Engine,
  pictureId: PictureId,
  levels: number,
  sizePx = 32,
): Promise<string> {
  const { rgba } = await engine.readPixels(pictureId, { levels, sizePx }, null);
  return Buffer.from(rgba).toString('base64');
}

/** A canvas that remembers what was put on it. */
export class TestCanvas implements CanvasHandle {
  width = 0;
  height = 0;
  pixels: Uint8ClampedArray = new Uint8ClampedArray(0);
  paintCount = 0;

  getContext(type: string): object | null {
    if (type !== '2d') return null;
    return {
      createImageData: (width: number, height: number) => ({
        data: new Uint8ClampedArray(width * height * 4),
      }),
      putImageData: (image: { readonly data: Uint8ClampedArray }) => {
        this.pixels = image.data;
        this.paintCount += 1;
      },
    };
  }
}
