/** The engine in its worker without the studio around it: what engine.spec.ts calls in the browser. */
import type { Engine, RunEvent } from '../../src/contract/engine';
import type { PictureId } from '../../src/contract/units';
import { EngineClient } from '../../src/engine/engine-client';

const PREVIEW_PX = 16;

/** What the page can be asked for. */
export interface EngineProbe {
  readonly engine: Engine;
  /** Attaches a new canvas of the page. */
  addCanvas(canvasId: string): Promise<void>;
  /** Generates with previews on a canvas; numbers that show what it took. */
  generate(
    request: Parameters<Engine['generate']>[0],
    canvasId: string,
  ): Promise<{
    readonly pictureId: PictureId;
    readonly previews: number;
    readonly readbacks: number;
    readonly eventTypes: readonly RunEvent['type'][];
  }>;
  /** What the page shows on a canvas, red, green, blue, alpha. */
  shown(canvasId: string): Promise<number[]>;
}

declare global {
  var probe: EngineProbe;
}

const engine = new EngineClient();
const canvases = new Map<string, HTMLCanvasElement>();

globalThis.probe = {
  engine,
  async addCanvas(canvasId) {
    const canvas = document.createElement('canvas');
    document.body.append(canvas);
    canvases.set(canvasId, canvas);
    await engine.attachCanvas(canvasId, canvas.transferControlToOffscreen());
  },
  async generate(request, canvasId) {
    const before = await engine.counters();
    const eventTypes: RunEvent['type'][] = [];
    const previews = [{ canvasId, sizePx: PREVIEW_PX }];
    const result = await engine.generate({ ...request, previews }, null, ({ type }) => {
      eventTypes.push(type);
    });
    if (result.status !== 'finished') throw new Error(`the run was ${result.status}`);
    const after = await engine.counters();
    return {
      pictureId: result.pictureId,
      previews: eventTypes.filter((type) => type === 'preview-ready').length,
      readbacks: after.readbacks - before.readbacks,
      eventTypes,
    };
  },
  async shown(canvasId) {
    // A frame to bring the worker's drawing to the page, and one to be sure of it.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const canvas = canvases.get(canvasId);
    if (!canvas) throw new Error(`there is no canvas ${canvasId}`);
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext('2d');
    context?.drawImage(canvas, 0, 0);
    const image = context?.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from(image?.data ?? []);
  },
};
