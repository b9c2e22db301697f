/** Kept pictures as pixels: on a canvas, one frame in memory, or the frames of a clip. */
import type { Frames, FramesRequest } from '../src/contract/clip';
import type { DecodeRequest, DecodeResult, Pixels } from '../src/contract/engine';
import type { CanvasHandle } from '../src/contract/platform';
import { EngineError } from '../src/contract/engine-error';
import { readDecodeRequest, readFramesRequest } from '../src/contract/requests';
import type { PictureId } from '../src/contract/units';
import type { EngineHost } from './engine-host';
import type { Model } from './model';
import type { Mutex } from './mutex';
import type { PictureShelf } from './picture';
import type { FramePlan } from './pipeline/pixels';
import { frameToRgba, planFrame, planPatches } from './pipeline/pixels';
import { assertAttached } from './previews';
import type { DeviceTensor } from './session-backend';

/** What pictures are viewed with. */
export interface ViewerOptions {
  readonly host: EngineHost;
  readonly model: Model;
  readonly canvases: ReadonlyMap<string, CanvasHandle>;
  readonly pictures: PictureShelf;
  /** Held while decoding. */
  readonly decoding: Mutex;
}

/** Decodes pictures of the shelf. */
export class PictureViewer {
  private readonly host: EngineHost;
  private readonly model: Model;
  private readonly canvases: ReadonlyMap<string, CanvasHandle>;
  private readonly pictures: PictureShelf;
  private readonly decoding: Mutex;

  constructor(options: ViewerOptions) {
    this.host = options.host;
    this.model = options.model;
    this.canvases = options.canvases;
    this.pictures = options.pictures;
    this.decoding = options.decoding;
  }

  decode(
    pictureId: PictureId,
    request: DecodeRequest & { readonly canvasId: string },
    signal: AbortSignal,
  ): Promise<DecodeResult> {
    const startMs = this.host.now();
    assertAttached(this.canvases, [request.canvasId]);
    return this.withFrame(pictureId, { request, signal }, async (frame, plan) => {
      const canvas = this.canvases.get(request.canvasId);
      if (frame === null || canvas === undefined) return { status: 'cancelled' };
      await this.model.backend.paint(canvas, frame, plan);
      await this.model.backend.settle();
      const { widthPx, heightPx } = plan;
      return { status: 'drawn', elapsedMs: this.host.now() - startMs, widthPx, heightPx };
    });
  }

  readPixels(pictureId: PictureId, request: DecodeRequest, signal: AbortSignal): Promise<Pixels> {
    return this.withFrame(pictureId, { request, signal }, async (frame, plan) => {
      if (frame === null) throw new EngineError('Cancelled', 'Reading the pixels was cancelled.');
      const rgba = frameToRgba(await this.model.backend.download(frame), plan);
      return { width: plan.widthPx, height: plan.heightPx, rgba };
    });
  }

  readFrames(pictureId: PictureId, request: FramesRequest, signal: AbortSignal): Promise<Frames> {
    return this.decoding.run(async () => {
      const picture = this.pictures.get(pictureId);
      const { config } = this.model.manifest;
      const { grid } = picture.traits;
      const { fps, places } = readFramesRequest(
        request,
        { grid, levelsDone: picture.levelsDone },
        config,
      );
      const plan = planFrame(grid, request.sizePx, config.coordMode, config.pixelAttention);
      const frameBytes = plan.widthPx * plan.heightPx * 4;
      const rgba = new Uint8ClampedArray(places.length * frameBytes);
      const isWhole = await picture.decoder.eachFrame({ levels: request.levels, plan }, places, {
        use: async (frame, index) => {
          const values = await this.model.backend.download(frame);
          rgba.set(frameToRgba(values, plan), index * frameBytes);
        },
        shouldStop: () => this.hasEnded(signal),
      });
      if (!isWhole) throw new EngineError('Cancelled', 'Reading the frames was cancelled.');
      const { widthPx: width, heightPx: height } = plan;
      return { fps, frameCount: places.length, width, height, rgba };
    });
  }

  private withFrame<T>(
    pictureId: PictureId,
    { request, signal }: { readonly request: DecodeRequest; readonly signal: AbortSignal },
    use: (frame: DeviceTensor | null, plan: FramePlan) => Promise<T>,
  ): Promise<T> {
    return this.decoding.run(async () => {
      const picture = this.pictures.get(pictureId);
      const { config } = this.model.manifest;
      const { grid } = picture.traits;
      const { patches, sizePx } = request;
      const place = readDecodeRequest(request, { grid, levelsDone: picture.levelsDone }, config.kt);
      const plan =
        patches === undefined
          ? planFrame(grid, sizePx, config.coordMode, config.pixelAttention)
          : planPatches(grid, patches, sizePx, config);
      const view = { levels: request.levels, plan };
      const frame = await picture.decoder.frame(view, place, () => this.hasEnded(signal));
      try {
        return await use(frame, plan);
      } finally {
        if (frame !== null) this.model.backend.dispose(frame);
      }
    });
  }

  private async hasEnded(signal: AbortSignal): Promise<boolean> {
    await this.host.yieldToTasks();
    return signal.aborted;
  }
}
