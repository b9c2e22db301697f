import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compressFolder } from './compress.mjs';
import { createStaticServer, listen, resolveRequestPath } from './static-server.mjs';

const HOST = '127.0.0.1';
const wasm = Buffer.alloc(50_000, 'wasm ');
const noise = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * i * 2654435761) >>> 24));

let folder: string;
let server: Server;
let port: number;

interface Reply {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A request whose path reaches the server as it is written: `fetch` would tidy "..", and decompress. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> {
  return new Promise((done, failed) => {
    const sent = request({ host: HOST, port, path, headers, method }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        done({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(parts),
        }),
      );
    });
    sent.on('error', failed);
    sent.end();
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'static-server-'));
  const root = join(folder, 'root');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'not served');
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(root, 'assets', 'ort-DcHrbrbl.wasm'), wasm);
  writeFileSync(join(root, 'dit.onnx'), noise);
  writeFileSync(join(root, 'manifest.json'), '{}');
  await compressFolder(root);
  server = createStaticServer(root);
  port = await listen(server, { host: HOST, port: 0, searchOn: false });
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe('static server', () => {
  test('serves the page at / with the cross-origin isolation headers', async () => {
    const { status, headers, body } = await ask('/');
    expect(status).toBe(200);
    expect(body.toString()).toContain('<title>page</title>');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
  });

  test.each([
    ['/assets/ort-DcHrbrbl.wasm', 'application/wasm'],
    ['/dit.onnx', 'application/octet-stream'],
    ['/manifest.json?v=1', 'application/json'],
  ])('gives %s its type', async (path, type) => {
    expect((await ask(path)).headers['content-type']).toBe(type);
  });

  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('sends %s to a browser that takes it, with the same content', async (token, open) => {
    const { headers, body } = await ask('/assets/ort-DcHrbrbl.wasm', {
      'Accept-Encoding': `deflate, ${token};q=0.8`,
    });
    expect(headers['content-encoding']).toBe(token);
    expect(Number(headers['content-length'])).toBe(body.length);
    expect(body.length).toBeLessThan(wasm.length / 10);
    expect(open(body).equals(wasm)).toBe(true);
  });

  test('sends the file as it is to a browser that refuses compression', async () => {
    const { headers, body } = await ask('/assets/ort-DcHrbrbl.wasm', {
      'Accept-Encoding': 'br;q=0, identity',
    });
    expect(headers['content-encoding']).toBeUndefined();
    expect(body.equals(wasm)).toBe(true);
  });

  test('leaves a file that does not shrink uncompressed', async () => {
    const { headers, body } = await ask('/dit.onnx', { 'Accept-Encoding': 'br, gzip' });
    expect(headers['content-encoding']).toBeUndefined();
    expect(body.equals(noise)).toBe(true);
  });

  test('lets a browser keep content-named files for good and ask again for the others', async () => {
    const asset = await ask('/assets/ort-DcHrbrbl.wasm');
    expect(asset.headers['cache-control']).toContain('immutable');
    expect((await ask('/manifest.json')).headers['cache-control']).toBe('no-cache');
  });

  test('answers HEAD with the size and no body', async () => {
    const { headers, body } = await ask('/manifest.json', {}, 'HEAD');
    expect(headers['content-length']).toBe('2');
    expect(body.length).toBe(0);
  });

  test.each([
    '/missing.js',
    '/assets/',
    '/assets',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5c..%5csecret.txt',
    '/index.html%00.png',
    '/%',
  ])('answers 404 to %s', async (path) => {
    expect((await ask(path)).status).toBe(404);
  });

  test('answers 405 to a method that would change something', async () => {
    expect((await ask('/', {}, 'POST')).status).toBe(405);
  });

  test('never leaves its root, whatever the path', () => {
    const piece = fc.constantFrom('..', '.', '/', '%2e', '%2f', '%5c', '\\', '%00', 'a', '%', '~');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const path = resolveRequestPath('/srv/root', pieces.join(''));
        return path === undefined || path === '/srv/root' || path.startsWith('/srv/root/');
      }),
    );
  });

  test('moves on from a taken port when it may, and says so when it may not', async () => {
    const second = createStaticServer(folder);
    const found = await listen(second, { host: HOST, port, searchOn: true });
    second.close();
    expect(found).toBeGreaterThan(port);
    const third = createStaticServer(folder);
    await expect(listen(third, { host: HOST, port, searchOn: false })).rejects.toThrow(
      `Port ${port} on ${HOST} is in use`,
    );
  });
});
