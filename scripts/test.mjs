/**
 * `npm test`: every check and test, cheapest first, stopping at the first part that fails.
 * `node scripts/test.mjs unit|py|e2e [arguments]` runs one part alone and hands the arguments to its runner.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './chromium.mjs';
import { ensurePythonEnvironment } from './python-environment.mjs';
import { countPlaywright, countPytest, countVitest } from './test-counts.mjs';

/** @typedef {import('./test-counts.mjs').Counts} Counts */

const root = fileURLToPath(new URL('..', import.meta.url));
const training = join(root, 'training');
const reports = join(root, 'test-results', 'reports');

class StepFailed extends Error {}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [where]
 */
function runs(command, args, { cwd = root, env = {} } = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  if (error) throw new StepFailed(`${command} could not be started: ${error.message}`);
  return status === 0;
}

/** @param {Parameters<typeof runs>} step */
function must(...step) {
  if (!runs(...step)) throw new StepFailed(`${step[0]} ${step[1].join(' ')}`);
}

/**
 * Runs a test runner and counts from the report it leaves. A runner that fails without a failing test counts as one.
 *
 * @param {string} reportName
 * @param {(text: string) => Counts} count
 * @param {(report: string) => boolean} run
 * @returns {Counts}
 */
function counted(reportName, count, run) {
  mkdirSync(reports, { recursive: true });
  const report = join(reports, reportName);
  rmSync(report, { force: true });
  const isGood = run(report);
  const counts = existsSync(report)
    ? count(readFileSync(report, 'utf8'))
    : { passed: 0, failed: 0 };
  return isGood ? counts : { ...counts, failed: Math.max(counts.failed, 1) };
}

/** @param {string} file path inside node_modules */
const tool = (file) => join(root, 'node_modules', file);

/** The art and vocabulary that the training tests read, installed once for each lock file. */
function installTrainingSources() {
  const lock = join(training, 'sources', 'package-lock.json');
  const installed = join(training, 'sources', 'node_modules', '.package-lock.json');
  if (!existsSync(lock)) return;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: join(training, 'sources'),
  });
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** @type {Record<string, { title: string, run: (args: string[]) => Counts | Promise<Counts> }>} */
const PARTS = {
  check: {
    title: 'format, lint, types, arrows, unused code',
    run: () => {
      must('npm', ['run', '--silent', 'check']);
      return { passed: 0, failed: 0 };
    },
  },
  unit: {
    title: 'unit and property tests (Vitest)',
    run: (args) =>
      counted('unit.json', countVitest, (report) => {
        const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
        return runs(process.execPath, [tool('vitest/vitest.mjs'), 'run', ...reporters, ...args]);
      }),
  },
  py: {
    title: 'Python: lint, types, tests',
    run: (args) => {
      const python = ensurePythonEnvironment(training);
      installTrainingSources();
      must(python, ['-m', 'ruff', 'check', '.'], { cwd: training });
      must(
        process.execPath,
        [fileURLToPath(import.meta.resolve('pyright')), '--pythonpath', python],
        { cwd: training },
      );
      return counted('py.xml', countPytest, (report) =>
        runs(python, ['-m', 'pytest', `--junitxml=${report}`, ...args], { cwd: training }),
      );
    },
  },
  e2e: {
    title: 'stories in a real browser (Playwright)',
    run: async (args) => {
      const env = {
        CHROMIUM_PATH: await ensureChromium(),
        DCS_E2E_PORT: String(await freePort()),
      };
      return counted('e2e.json', countPlaywright, (report) =>
        runs(
          process.execPath,
          [
            tool('@playwright/test/cli.js'),
            'test',
            '--config',
            'e2e',
            '--reporter=list,json',
            ...args,
          ],
          { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report } },
        ),
      );
    },
  },
};

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<Counts & { minutes: number }>}
 */
async function runPart(name, args) {
  const part = PARTS[name];
  if (!part)
    throw new Error(`There is no part "${name}". The parts are ${Object.keys(PARTS).join(', ')}.`);
  console.log(`\n=== ${name}: ${part.title}`);
  const startMs = performance.now();
  let counts = { passed: 0, failed: 1 };
  try {
    counts = await part.run(args);
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  }
  if (counts.failed > 0) console.error(`\n=== FAILED in ${name}: ${part.title}`);
  return { ...counts, minutes: (performance.now() - startMs) / 60_000 };
}

const [only, ...args] = process.argv.slice(2);
const total = { passed: 0, failed: 0 };
const rows = [];
for (const name of only ? [only] : Object.keys(PARTS)) {
  const { passed, failed, minutes } = await runPart(name, args);
  total.passed += passed;
  total.failed += failed;
  rows.push(
    `${name.padEnd(6)} ${minutes.toFixed(1).padStart(6)} min ${String(passed).padStart(6)} passed ${String(failed).padStart(4)} failed`,
  );
  if (failed > 0) break;
}
console.log(`\n${rows.join('\n')}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
