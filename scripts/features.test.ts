import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const features = readFileSync(new URL('docs/features.md', root), 'utf8');
const stories = readdirSync(new URL('e2e/', root))
  .filter((name) => name.endsWith('.spec.ts'))
  .map((name) => readFileSync(new URL(`e2e/${name}`, root), 'utf8'))
  .join('\n');

describe('docs/features.md', () => {
  const rows = features.split('\n').filter((line) => /^\| (?!#|feature|-)/.test(line));

  it('has the thirty expected features and what only this studio can do', () => {
    expect(rows.length).toBeGreaterThanOrEqual(30 + 8);
  });

  it.each(
    rows.map((row) =>
      row
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    ),
  )('names stories that are there: %s %s', (...cells) => {
    const [how, story = ''] = cells.slice(-2);
    const named = [...story.matchAll(/"([^"]+)"/g)].map(([, title]) => title);
    // A row without a story says why.
    if (named.length === 0) expect(how).toMatch(/^not yet|no view yet|^argued away|yet$/);
    for (const title of named) expect(stories).toContain(title);
  });
});
