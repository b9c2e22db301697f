/** Opens our own graphics device, with the limits of the adapter and only those features that are safe on it. */
import { EngineError } from '../src/contract/engine-error';

/** An open device and what is known about it. */
export interface OpenDevice {
  readonly device: GPUDevice;
  /** The adapter in words. */
  readonly description: string;
  /** Whether the adapter computes on the CPU. */
  readonly isSoftware: boolean;
}

const FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'timestamp-query'];

/**
 * Left out below 8 lanes: onnxruntime's flash attention takes 8 for granted and gives wrong numbers with 4
 * (SwiftShader). The names are not all in the type definitions yet.
 */
const SUBGROUP_FEATURES = [
  'subgroups',
  'subgroup-size-control',
  'chromium-experimental-subgroup-matrix',
] as const;
const SAFE_SUBGROUP_SIZE = 8;

/** The limits that onnxruntime raises on a device of its own. */
const LIMITS = [
  'maxBindGroups',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBuffersPerShaderStage',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
] as const;

/**
 * Opens the fastest adapter.
 *
 * @throws {EngineError} NoWebGpu saying what is missing
 */
export async function openDevice(): Promise<OpenDevice> {
  // Not in every browser, whatever the type says.
  const gpu = (navigator as { readonly gpu?: GPU }).gpu;
  if (gpu === undefined) throw noWebGpu('this browser does not offer it');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw noWebGpu('no graphics adapter was found');
  // Undefined in older browsers, whatever the type says; then the comparison is false.
  const hasSafeSubgroups = adapter.info.subgroupMinSize >= SAFE_SUBGROUP_SIZE;
  const wanted: readonly string[] = [...FEATURES, ...(hasSafeSubgroups ? SUBGROUP_FEATURES : [])];
  try {
    const device = await adapter.requestDevice({
      requiredFeatures: wanted.filter((feature) =>
        adapter.features.has(feature),
      ) as GPUFeatureName[],
      requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
    });
    // Safari 26.0 lacks it, and onnxruntime reads it.
    if (!('adapterInfo' in device)) Object.assign(device, { adapterInfo: adapter.info });
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    const words = [vendor, architecture, description].filter((word) => word !== '');
    const name = words.length === 0 ? 'unnamed adapter' : words.join(' ');
    const isSoftware = isFallbackAdapter || /swiftshader|llvmpipe|basic render/i.test(name);
    return { device, description: name, isSoftware };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw noWebGpu(`the device could not be opened (${(error as Error).message})`);
  }
}

function noWebGpu(reason: string): EngineError {
  return new EngineError('NoWebGpu', `WebGPU is not available: ${reason}.`);
}
