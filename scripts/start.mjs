/**
 * `npm start`: builds when needed, serves the page, prints its address and opens it.
 * PORT and HOST choose the address; `--no-open` leaves the browser alone.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from './build-if-stale.mjs';
import { createStaticServer, listen } from './static-server.mjs';

const DEFAULT_PORT = 4173;

/** @type {Readonly<Record<string, [command: string, args: string[]]>>} */
const OPENERS = { darwin: ['open', []], win32: ['cmd', ['/c', 'start', '']] };

/** @param {string} address */
function openBrowser(address) {
  const hasDisplay =
    process.platform === 'darwin' ||
    process.platform === 'win32' ||
    Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  if (!hasDisplay || process.env['CI'] || process.argv.includes('--no-open')) return;
  const [command, args] = OPENERS[process.platform] ?? ['xdg-open', []];
  const opener = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  opener.on('error', () => console.log('No browser could be opened: follow the address yourself.'));
  opener.unref();
}

const root = fileURLToPath(new URL('..', import.meta.url));
const host = process.env['HOST'] ?? '127.0.0.1';
const wantedPort = process.env['PORT'];
const port = Number(wantedPort ?? DEFAULT_PORT);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`PORT is "${wantedPort}". Set it to a whole number from 0 to 65535.`);
  process.exit(2);
}

try {
  await buildIfStale(root);
  const server = createStaticServer(fileURLToPath(new URL('../dist', import.meta.url)));
  const actualPort = await listen(server, { host, port, searchOn: wantedPort === undefined });
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}/`;
  console.log(`DCS Studio is at ${address}  (Ctrl+C stops it)`);
  if (!['127.0.0.1', 'localhost', '::1'].includes(host))
    console.log(
      'Other machines need https or a tunnel: a browser gives WASM threads and WebGPU to secure pages only.',
    );
  openBrowser(address);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
