/**
 * Runs every graph of a bundle on the inputs of the golden vectors and reports how far the outputs are off. On WebGPU a
 * graph is refused if a single node would fall to the CPU. It is served as it is, beside the runtime's own files, and
 * does without the app: a wrong graph and a wrong engine are to be told apart.
 */

/**
 * @typedef {{ dims: number[], data: string, type?: 'int64' }} StoredTensor
 * @typedef {Record<string, StoredTensor>} StoredTensors
 * @typedef {{ inputs: StoredTensors, outputs: StoredTensors }} GoldenRun
 * @typedef {{ onnx: { file: string }, weights: { file: string, externalName: string } | null }} GraphEntry
 * @typedef {{ graph: string, error: string | null, differences: number[][] }} GraphReport
 */

/** Limits of the device that the largest tensors need. */
const LIMITS = [
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
];

/**
 * A device without subgroups: with 4 lanes in one (SwiftShader) attention is silently wrong from 32 queries on.
 *
 * @returns {Promise<GPUDevice>}
 */
async function openDevice() {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('There is no WebGPU adapter');
  const limits = /** @type {Record<string, number>} */ (/** @type {unknown} */ (adapter.limits));
  return adapter.requestDevice({
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, limits[name]])),
  });
}

/** @param {string} base64 */
function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** @param {Uint8Array} half float16, little endian */
function widened(half) {
  const view = new DataView(half.buffer, half.byteOffset, half.byteLength);
  const values = new Float32Array(half.byteLength / 2);
  for (let i = 0; i < values.length; i += 1) {
    const bits = view.getUint16(2 * i, true);
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const size =
      exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
    values[i] = bits & 0x8000 ? -size : size;
  }
  return new Uint8Array(values.buffer);
}

/** @param {string} url */
async function fetchBytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Largest absolute difference over the largest magnitude; infinite where a value is not a number.
 *
 * @param {Float32Array} found
 * @param {Float32Array} expected
 */
function relativeDifference(found, expected) {
  if (found.length !== expected.length) return Infinity;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i += 1) {
    const off = Math.abs(found[i] - expected[i]);
    if (!(off <= difference)) difference = Number.isNaN(off) ? Infinity : off;
    largest = Math.max(largest, Math.abs(expected[i]));
  }
  return difference === 0 ? 0 : difference / largest;
}

/** One runtime and one device, on which graphs are created and run. */
class Gate {
  /**
   * @param {typeof import('onnxruntime-web')} runtime
   * @param {GPUDevice | null} device null: the CPU, through WebAssembly
   */
  constructor(runtime, device) {
    this.runtime = runtime;
    this.options = device && {
      executionProviders: [{ name: 'webgpu', device, validationMode: 'basic' }],
      preferredOutputLocation: 'gpu-buffer',
      extra: { session: { disable_cpu_ep_fallback: '1' } },
    };
  }

  /**
   * @param {Uint8Array} onnx
   * @param {{ path: string, data: Uint8Array }[]} externalData
   */
  create(onnx, externalData) {
    return this.runtime.InferenceSession.create(onnx, {
      graphOptimizationLevel: 'all',
      externalData,
      ...(this.options ?? { executionProviders: ['wasm'] }),
    });
  }

  /** @param {StoredTensor} stored */
  tensor({ dims, data, type }) {
    const { buffer } = bytesOf(data);
    return type === 'int64'
      ? new this.runtime.Tensor('int64', new BigInt64Array(buffer), dims)
      : new this.runtime.Tensor('float32', new Float32Array(buffer), dims);
  }

  /**
   * @param {import('onnxruntime-web').InferenceSession} session
   * @param {GoldenRun} golden
   * @returns {Promise<number[]>} relative difference of each output
   */
  async run(session, golden) {
    const feeds = Object.fromEntries(
      Object.entries(golden.inputs).map(([name, stored]) => [name, this.tensor(stored)]),
    );
    const outputs = await session.run(feeds);
    const differences = [];
    for (const [name, { dims, data }] of Object.entries(golden.outputs)) {
      const output = outputs[name];
      const found = /** @type {Float32Array} */ (await output.getData(true));
      const expected = new Float32Array(bytesOf(data).buffer);
      const isSameShape = output.dims.join() === dims.join();
      differences.push(isSameShape ? relativeDifference(found, expected) : Infinity);
    }
    return differences;
  }
}

/**
 * @param {Gate} gate
 * @param {string} bundleUrl
 * @param {{ name: string, entry: GraphEntry, runs: GoldenRun[] }} graph
 * @returns {Promise<GraphReport>}
 */
async function checkGraph(gate, bundleUrl, { name, entry, runs }) {
  try {
    const externalData = [];
    if (entry.weights) {
      const data = widened(await fetchBytes(bundleUrl + entry.weights.file));
      externalData.push({ path: entry.weights.externalName, data });
    }
    const session = await gate.create(await fetchBytes(bundleUrl + entry.onnx.file), externalData);
    const differences = [];
    for (const run of runs) differences.push(await gate.run(session, run));
    await session.release();
    return { graph: name, error: null, differences };
  } catch (error) {
    return { graph: name, error: String(error), differences: [] };
  }
}

/**
 * `needsCpu` is a graph (base64) that the gate has to refuse on WebGPU.
 *
 * @typedef {{ runtimeUrl: string, backend: 'webgpu' | 'wasm', bundleUrl: string, goldenUrl: string, needsCpu: string }} GateRequest
 * @param {GateRequest} request
 */
async function checkBundle({ runtimeUrl, backend, bundleUrl, goldenUrl, needsCpu }) {
  const runtime = /** @type {typeof import('onnxruntime-web')} */ (await import(runtimeUrl));
  runtime.env.wasm.numThreads = 1;
  const gate = new Gate(runtime, backend === 'webgpu' ? await openDevice() : null);
  const { graphs } = /** @type {{ graphs: Record<string, GraphEntry> }} */ (
    await (await fetch(`${bundleUrl}manifest.json`)).json()
  );
  const golden = /** @type {Record<string, GoldenRun[]>} */ (await (await fetch(goldenUrl)).json());
  const refusal = await gate.create(bytesOf(needsCpu), []).then(
    () => null,
    (/** @type {unknown} */ error) => String(error),
  );
  const reports = [];
  for (const [name, entry] of Object.entries(graphs)) {
    reports.push(await checkGraph(gate, bundleUrl, { name, entry, runs: golden[name] }));
  }
  return { refusal, reports };
}

/** @param {MessageEvent<GateRequest>} event */
self.onmessage = (event) => {
  checkBundle(event.data).then(
    (report) => self.postMessage(report),
    (/** @type {unknown} */ error) => self.reportError(error),
  );
};
