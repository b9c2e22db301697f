/**
 * The placement gate: every graph of the tiny bundle, made once with free sizes, runs whole on WebGPU (nothing falls to
 * the CPU) and on WASM, and computes there what PyTorch computes. The golden runs have 32 and more queries, one batch
 * and two, with and without cached context.
 */
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { createStaticServer, listen } from '../scripts/static-server.mjs';

interface GateReport {
  /** Why a graph with a node for the CPU was refused; null when it was not. */
  readonly refusal: string | null;
  readonly reports: readonly {
    readonly graph: string;
    readonly error: string | null;
    /** Relative differences: one list for each golden run, one number for each output. */
    readonly differences: readonly (readonly number[])[];
  }[];
}

const GRAPHS = [
  'text_encoder',
  'dit_step',
  'decoder_trunk',
  'depatchify_anchors',
  'depatchify',
  'tok_encoder',
  'attention_test',
];
const RUNTIMES = { webgpu: 'ort.jspi.bundle.min.mjs', wasm: 'ort.wasm.bundle.min.mjs' };
const TOLERANCES = { webgpu: 1e-3, wasm: 1e-4 };
/** y = Sin(x) at opset 23, which the runtime computes on the CPU only. */
const SINE =
  'CAoSADo3CgsKAXgSAXkiA1NpbhIEc2luZVoQCgF4EgsKCQgBEgUKAxIBbmIQCgF5EgsKCQgBEgUKAxIBbkIECgAQFw==';
/** Shaders of seven graphs, up to 20 s each on SwiftShader, and twice that on a busy machine. */
const GATE_TIMEOUT_MS = 600_000;

test.describe.configure({ mode: 'serial' });

let server: Server;
let report: GateReport;

const backend = (): 'webgpu' | 'wasm' =>
  test.info().project.name === 'webgpu' ? 'webgpu' : 'wasm';

test.beforeAll(async ({ browser }) => {
  test.setTimeout(GATE_TIMEOUT_MS);
  server = createStaticServer(fileURLToPath(new URL('..', import.meta.url)));
  const port = await listen(server, { host: '127.0.0.1', port: 0, searchOn: false });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${String(port)}/e2e/placement/page.html`);
  const request = {
    runtimeUrl: `/node_modules/onnxruntime-web/dist/${RUNTIMES[backend()]}`,
    backend: backend(),
    bundleUrl: '/public/models/tiny/',
    goldenUrl: '/training/tests/golden/tiny-graphs.json',
    needsCpu: SINE,
  };
  report = await page.evaluate(
    (message) =>
      new Promise<GateReport>((done, failed) => {
        const worker = new Worker('worker.mjs', { type: 'module' });
        worker.onmessage = ({ data }: MessageEvent<GateReport>) => done(data);
        worker.onerror = (event) => failed(new Error(`The worker failed: ${event.message}`));
        worker.postMessage(message);
      }),
    request,
  );
  await page.close();
});

test.afterAll(() => server.close());

test('the gate refuses a graph with a node that only the CPU computes', () => {
  if (backend() === 'webgpu') expect(report.refusal).toContain('CPU EP');
  else expect(report.refusal).toBeNull();
});

test('every graph of the bundle passes the gate', () => {
  expect(report.reports.map(({ graph }) => graph).sort()).toEqual([...GRAPHS].sort());
});

for (const graph of GRAPHS) {
  test(`${graph} runs whole on the backend and computes what PyTorch computes`, () => {
    const found = report.reports.find((entry) => entry.graph === graph);
    expect(found).toBeDefined();
    expect(found!.error).toBeNull();
    expect(found!.differences.length).toBeGreaterThanOrEqual(2);
    const largest = Math.max(...found!.differences.flat());
    test.info().annotations.push({ type: 'difference', description: largest.toExponential(1) });
    expect(largest).toBeLessThan(TOLERANCES[backend()]);
  });
}
