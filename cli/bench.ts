/** `npm run bench`: measures the engine and writes docs/benchmarks.md. `--model FOLDER`, `--runs N`, `--out FILE`. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureBackend, measureJoint } from './bench-measure';
import { writeReport } from './bench-report';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'public/models/nano' },
    runs: { type: 'string', default: '5' },
    out: { type: 'string', default: 'docs/benchmarks.md' },
  },
});
const { model, out } = values;
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) {
  throw new Error(`--runs must be a whole number from 1, got "${values.runs}".`);
}

const backends = [];
for (const backend of ['native', 'wasm'] as const) {
  console.error(`${backend}: ${runs} pictures ...`);
  backends.push(await measureBackend(model, backend, runs));
}
console.error(`native: level by level against joint, ${runs} pairs ...`);
const joint = await measureJoint(model, runs);
await writeFile(out, writeReport({ model, runs, backends, joint }));
console.log(`${out} is written.`);
