/** The few things that we compute on the device ourselves. */
import { BUFFER_USAGE, MAP_MODE_READ } from './webgpu-constants';

const WORKGROUP = 64;

const EXTRAPOLATE = /* wgsl */ `
struct Settings { ratio: f32, count: u32 }
@group(0) @binding(0) var<storage, read> start: array<f32>;
@group(0) @binding(1) var<storage, read> end: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(3) var<uniform> settings: Settings;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < settings.count) {
    result[id.x] = start[id.x] + settings.ratio * (end[id.x] - start[id.x]);
  }
}`;

/** start + ratio * (end - start), value by value, into `result`. */
export type Extrapolation = (
  start: GPUBuffer,
  end: GPUBuffer,
  result: GPUBuffer,
  settings: { readonly ratio: number; readonly count: number },
) => void;

/** Compiles the extrapolation at its first use. */
export function createExtrapolation(device: GPUDevice): Extrapolation {
  let pipeline: GPUComputePipeline | null = null;
  return (start, end, result, { ratio, count }) => {
    pipeline ??= device.createComputePipeline({
      layout: 'auto',
      compute: { module: device.createShaderModule({ code: EXTRAPOLATE }) },
    });
    const settings = new ArrayBuffer(8);
    new Float32Array(settings, 0, 1)[0] = ratio;
    new Uint32Array(settings, 4, 1)[0] = count;
    const uniform = device.createBuffer({
      size: settings.byteLength,
      usage: BUFFER_USAGE.UNIFORM | BUFFER_USAGE.COPY_DST,
    });
    device.queue.writeBuffer(uniform, 0, settings);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [start, end, result, uniform].map((buffer, binding) => ({
          binding,
          resource: { buffer },
        })),
      }),
    );
    pass.dispatchWorkgroups(Math.ceil(count / WORKGROUP));
    pass.end();
    device.queue.submit([encoder.finish()]);
    uniform.destroy(); // after the submitted work
  };
}

let readbacks = 0;
let isCounting = false;

/**
 * Counts every copy to memory the CPU can read in this worker, the runtime's own included, by standing in front of
 * GPUBuffer.mapAsync. Gives the count since this call.
 */
export function countReadbacks(): () => number {
  if (!isCounting) {
    isCounting = true;
    // Called with its buffer below, which is what the rule is about.
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const { mapAsync } = GPUBuffer.prototype;
    GPUBuffer.prototype.mapAsync = function (this: GPUBuffer, mode, ...range) {
      if ((mode & MAP_MODE_READ) !== 0) readbacks += 1;
      return mapAsync.call(this, mode, ...range);
    };
  }
  const before = readbacks;
  return () => readbacks - before;
}
