/**
 * Serves a built page the way it must be served: cross-origin isolated, with the right types, compressed where that pays.
 * It reads files only from its root and does nothing else.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

/** @type {Readonly<Record<string, string>>} */
const CONTENT_TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.data': 'application/octet-stream',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.onnx': 'application/octet-stream',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};

/** Names that the bundler makes from the content never change their content. */
const IMMUTABLE = /^\/assets\/.+-[\w-]{8}\.\w+$/;

/** Compressed siblings that scripts/compress.mjs leaves, best first. */
const ENCODINGS = /** @type {const} */ ([
  { token: 'br', suffix: '.br' },
  { token: 'gzip', suffix: '.gz' },
]);

/**
 * The file a request path means, or `undefined` when the path is malformed or leaves the root.
 *
 * @param {string} root absolute folder
 * @param {string} urlPath path of the request, still percent-encoded, without the query
 * @returns {string | undefined} absolute path; nothing is known yet about whether it exists
 */
export function resolveRequestPath(root, urlPath) {
  let decoded;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return undefined; // a stray % is the requester's mistake: 404 like any unknown name
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined;
  const path = resolve(root, `.${decoded.startsWith('/') ? '' : '/'}${decoded}`);
  if (path !== root && !path.startsWith(root + sep)) return undefined;
  return decoded.endsWith('/') ? join(path, 'index.html') : path;
}

/**
 * @param {string | undefined} header value of Accept-Encoding
 * @param {string} token
 */
function accepts(header, token) {
  return (header ?? '')
    .split(',')
    .map((part) => part.trim().split(/\s*;\s*/))
    .some(([name, ...parameters]) => name === token && !parameters.includes('q=0'));
}

/** @param {string} path */
async function fileSize(path) {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}

/**
 * The file itself or its compressed sibling, whichever the browser takes.
 *
 * @param {string} path
 * @param {string | undefined} acceptEncoding
 */
async function chooseVariant(path, acceptEncoding) {
  const size = await fileSize(path);
  if (size === undefined) return undefined;
  for (const { token, suffix } of ENCODINGS) {
    if (!accepts(acceptEncoding, token)) continue;
    const compressedSize = await fileSize(path + suffix);
    if (compressedSize !== undefined)
      return { path: path + suffix, sizeBytes: compressedSize, encoding: token };
  }
  return { path, sizeBytes: size, encoding: undefined };
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} root
 */
async function answer(request, response, root) {
  for (const [name, value] of Object.entries(ISOLATION_HEADERS)) response.setHeader(name, value);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    return;
  }
  const urlPath = (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
  const path = resolveRequestPath(root, urlPath);
  const variant = path && (await chooseVariant(path, request.headers['accept-encoding']));
  if (!path || !variant) {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`Nothing is served at ${urlPath}\n`);
    return;
  }
  response.writeHead(200, {
    'Content-Type': CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
    'Content-Length': variant.sizeBytes,
    'Cache-Control': IMMUTABLE.test(urlPath) ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
    ...(variant.encoding && { 'Content-Encoding': variant.encoding }),
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const stream = createReadStream(variant.path);
  // The headers are sent: cutting the connection is the only way left to say that the file broke off.
  stream.on('error', (error) => response.destroy(error));
  response.on('close', () => stream.destroy());
  stream.pipe(response);
}

/**
 * A server of one folder, not yet listening.
 *
 * @param {string} folder
 */
export function createStaticServer(folder) {
  const root = resolve(folder);
  return createServer((request, response) => {
    answer(request, response, root).catch((/** @type {unknown} */ error) => {
      console.error(`${request.url}:`, error);
      response.destroy();
    });
  });
}

/**
 * Listens on `port`, or, if it is taken and `searchOn` is true, on the next free one of the 20 that follow.
 *
 * @param {import('node:http').Server} server
 * @param {{ host: string, port: number, searchOn: boolean }} where `port` 0 means any free one
 * @returns {Promise<number>} the port
 * @throws {Error} when no port is free or the address cannot be used
 */
export async function listen(server, { host, port, searchOn }) {
  for (let candidate = port; ; candidate += 1) {
    try {
      await new Promise((done, failed) => {
        server.once('error', failed);
        server.listen(candidate, host, () => {
          server.off('error', failed);
          done(undefined);
        });
      });
      const address = server.address();
      return typeof address === 'object' && address ? address.port : candidate;
    } catch (error) {
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!isTaken) throw error;
      if (!searchOn)
        throw new Error(
          `Port ${port} on ${host} is in use. Close what uses it, or set PORT to another.`,
          { cause: error },
        );
      if (candidate >= port + 20)
        throw new Error(`Ports ${port} to ${candidate} on ${host} are all in use. Set PORT.`, {
          cause: error,
        });
    }
  }
}
