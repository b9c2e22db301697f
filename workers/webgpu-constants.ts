/** Flags of the WebGPU specification that the type library does not declare (https://www.w3.org/TR/webgpu/). */

/** GPUBufferUsage */
export const BUFFER_USAGE = {
  MAP_READ: 0x01,
  COPY_SRC: 0x04,
  COPY_DST: 0x08,
  UNIFORM: 0x40,
  STORAGE: 0x80,
} as const;

/** GPUMapMode.READ */
export const MAP_MODE_READ = 0x01;
