/** Draws a frame on canvases straight from its buffer on the device; pixels never pass through the CPU. */
import type { CanvasHandle } from '../src/contract/platform';
import { EngineError } from '../src/contract/engine-error';
import type { AxisMap, FramePlan } from './pipeline/pixels';
import { BUFFER_USAGE } from './webgpu-constants';

/** The same interpolation as `frameToRgba`; rows and columns say where an output pixel finds its colours. */
const DRAW = /* wgsl */ `
struct Place { near: u32, far: u32, weight: f32 }
@group(0) @binding(0) var<storage, read> frame: array<f32>;
@group(0) @binding(1) var<storage, read> rows: array<Place>;
@group(0) @binding(2) var<storage, read> columns: array<Place>;

@vertex fn cover(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  let corner = vec2f(f32((index << 1u) & 2u), f32(index & 2u));
  return vec4f(corner * 2.0 - 1.0, 0.0, 1.0);
}

fn colour(offset: u32) -> vec3f {
  return vec3f(frame[offset], frame[offset + 1u], frame[offset + 2u]);
}

@fragment fn shade(@builtin(position) position: vec4f) -> @location(0) vec4f {
  let row = rows[u32(position.y)];
  let column = columns[u32(position.x)];
  let upper = mix(colour(row.near + column.near), colour(row.near + column.far), column.weight);
  let lower = mix(colour(row.far + column.near), colour(row.far + column.far), column.weight);
  return vec4f(mix(upper, lower, row.weight) * 0.5 + 0.5, 1.0);
}`;

/** near, far and weight of a place. */
const PLACE_BYTES = 12;

/** The canvases of one device. */
export class WebGpuCanvas {
  private readonly device: GPUDevice;
  private readonly contexts = new Map<CanvasHandle, GPUCanvasContext>();
  private pipeline: GPURenderPipeline | null = null;

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /**
   * Gives the canvas the size of the plan and draws.
   *
   * @throws {EngineError} BadRequest when the canvas was used in another way before
   */
  draw(canvas: CanvasHandle, frame: GPUBuffer, plan: FramePlan): void {
    const context = this.contextOf(canvas);
    canvas.width = plan.widthPx;
    canvas.height = plan.heightPx;
    const pipeline = this.drawing();
    const rows = this.uploadMap(plan.rowMap);
    const columns = this.uploadMap(plan.columnMap);
    const encoder = this.device.createCommandEncoder();
    const pass = encoder.beginRenderPass({
      colorAttachments: [
        { view: context.getCurrentTexture().createView(), loadOp: 'clear', storeOp: 'store' },
      ],
    });
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      this.device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [frame, rows, columns].map((buffer, binding) => ({
          binding,
          resource: { buffer },
        })),
      }),
    );
    pass.draw(3);
    pass.end();
    this.device.queue.submit([encoder.finish()]);
    rows.destroy(); // after the submitted work
    columns.destroy();
  }

  release(): void {
    this.contexts.forEach((context) => context.unconfigure());
    this.contexts.clear();
  }

  private contextOf(canvas: CanvasHandle): GPUCanvasContext {
    const known = this.contexts.get(canvas);
    if (known !== undefined) return known;
    // The type library lists the WebGPU context of a canvas element only.
    const context = (canvas as OffscreenCanvas).getContext('webgpu') as GPUCanvasContext | null;
    if (context === null) {
      throw new EngineError(
        'BadRequest',
        'The canvas gives no WebGPU context: it was used in another way before. Attach a new canvas.',
      );
    }
    const format = navigator.gpu.getPreferredCanvasFormat();
    context.configure({ device: this.device, format, alphaMode: 'opaque' });
    this.contexts.set(canvas, context);
    return context;
  }

  private drawing(): GPURenderPipeline {
    if (this.pipeline === null) {
      const module = this.device.createShaderModule({ code: DRAW });
      this.pipeline = this.device.createRenderPipeline({
        layout: 'auto',
        vertex: { module },
        fragment: { module, targets: [{ format: navigator.gpu.getPreferredCanvasFormat() }] },
      });
    }
    return this.pipeline;
  }

  private uploadMap({ near, far, weight }: AxisMap): GPUBuffer {
    const bytes = new ArrayBuffer(near.length * PLACE_BYTES);
    const offsets = new Uint32Array(bytes);
    const weights = new Float32Array(bytes);
    for (let i = 0; i < near.length; i += 1) {
      offsets[3 * i] = near[i]!;
      offsets[3 * i + 1] = far[i]!;
      weights[3 * i + 2] = weight[i]!;
    }
    const buffer = this.device.createBuffer({
      size: bytes.byteLength,
      usage: BUFFER_USAGE.STORAGE | BUFFER_USAGE.COPY_DST,
    });
    this.device.queue.writeBuffer(buffer, 0, bytes);
    return buffer;
  }
}
