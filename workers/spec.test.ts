import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RULE = /\[[A-Z]+\d+\]/g;

it('every rule of SPEC.md is tested, and every tested rule is in it', () => {
  const spec = readFileSync(join(ROOT, 'workers/SPEC.md'), 'utf8');
  const rules = spec.split('\n').flatMap((line) => /^- (\[[A-Z]+\d+\])/.exec(line)?.[1] ?? []);
  const tested = ['workers', 'src', 'e2e']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(ROOT, folder, name),
      ),
    )
    .filter((name) => /\.(test|spec)\.tsx?$/.test(name))
    .flatMap((name) => readFileSync(name, 'utf8').match(RULE) ?? []);
  expect(new Set(rules).size).toBe(rules.length);
  expect([...new Set(tested)].sort()).toEqual([...rules].sort());
});
