/** The Python environment of training/: made from its pins, made again only when they change. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CANDIDATES = ['python3.13', 'python3.12', 'python3.11', 'python3', 'python'];
const OLDEST = [3, 11];
const CPU_TORCH_INDEX = 'https://download.pytorch.org/whl/cpu';

/**
 * Whether the text that `python --version` prints is at least 3.11.
 *
 * @param {string} versionText for example "Python 3.11.7"
 */
export function isNewEnough(versionText) {
  const [major = 0, minor = 0] = (/^Python (\d+)\.(\d+)/.exec(versionText) ?? [])
    .slice(1)
    .map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  return major === oldestMajor && minor >= oldestMinor;
}

/**
 * @returns {string} a Python that can make environments
 * @throws {Error} when there is none
 */
function findPython() {
  const chosen = process.env['PYTHON'];
  for (const command of chosen ? [chosen] : CANDIDATES) {
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
    if (status !== 0 || !isNewEnough(stdout)) continue;
    if (spawnSync(command, ['-c', 'import venv, ensurepip']).status === 0) return command;
  }
  throw new Error(
    `No Python ${OLDEST.join('.')} or newer with venv was found (looked for ${chosen ?? CANDIDATES.join(', ')}). ` +
      'Install one (Debian: apt-get install python3 python3-venv) or set PYTHON to its path.',
  );
}

/**
 * Changes exactly when a pinned version does, wherever in the files it stands.
 *
 * @param {string[]} texts contents of the files that name the versions as `name==version`
 */
export function pinsHash(texts) {
  const pins = texts.flatMap((text) => text.match(/^[^#\n]*==[^\n]*$/gm) ?? []);
  const names = pins.map((line) => line.trim().replaceAll(/[",]/g, '')).sort();
  return createHash('sha256').update(names.join('\n')).digest('hex');
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function runs(command, args, cwd) {
  const env = { ...process.env, PIP_RETRIES: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  return spawnSync(command, args, { cwd, env, stdio: 'inherit' }).status === 0;
}

/** @param {string} pyproject */
function torchPin(pyproject) {
  const pin = /"(torch==[\w.]+)"/.exec(pyproject)?.[1];
  if (!pin) throw new Error('training/pyproject.toml pins no torch version ("torch==...").');
  return pin;
}

/**
 * @param {string} trainingFolder
 * @returns {string} path of the environment's Python
 * @throws {Error} when it cannot be made
 */
export function ensurePythonEnvironment(trainingFolder) {
  const pyproject = readFileSync(join(trainingFolder, 'pyproject.toml'), 'utf8');
  const constraints = readFileSync(join(trainingFolder, 'constraints.txt'), 'utf8');
  const environment = join(trainingFolder, '.venv');
  const python = join(
    environment,
    process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python',
  );
  const stamp = join(environment, 'pins.sha256');
  const wanted = pinsHash([pyproject, constraints]);
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted)
    return python;

  console.log('Making the Python environment training/.venv ...');
  rmSync(environment, { recursive: true, force: true });
  if (!runs(findPython(), ['-m', 'venv', environment], trainingFolder))
    throw new Error('python -m venv failed; its message is above.');
  const pip = ['-m', 'pip', 'install', '--quiet'];
  // PyPI's torch for Linux brings gigabytes of CUDA libraries; tests need none. Without that index PyPI's will do.
  if (process.platform === 'linux' && !existsSync('/dev/nvidiactl'))
    runs(
      python,
      [...pip, '--no-deps', '--index-url', CPU_TORCH_INDEX, torchPin(pyproject)],
      trainingFolder,
    );
  if (
    !runs(
      python,
      [...pip, '--constraint', 'constraints.txt', '--editable', '.[dev]'],
      trainingFolder,
    )
  )
    throw new Error('pip could not install training/pyproject.toml; its message is above.');
  writeFileSync(stamp, wanted);
  return python;
}
