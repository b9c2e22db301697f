import { expect, test } from 'vitest';
import { isNewEnough, pinsHash } from './python-environment.mjs';
import { countPlaywright, countPytest, countVitest } from './test-counts.mjs';

test('Vitest counts are read from its JSON report', () => {
  const report = '{"numTotalTests":9,"numPassedTests":7,"numFailedTests":1,"numPendingTests":1}';
  expect(countVitest(report)).toEqual({ passed: 7, failed: 1 });
});

test('pytest counts errors as failures and skipped tests as neither', () => {
  const report =
    '<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="20" time="1.5"></testsuite></testsuites>';
  expect(countPytest(report)).toEqual({ passed: 14, failed: 3 });
});

test('Playwright counts a flaky test as failed', () => {
  const report = '{"stats":{"expected":5,"skipped":2,"unexpected":1,"flaky":1}}';
  expect(countPlaywright(report)).toEqual({ passed: 5, failed: 2 });
});

test.each([
  ['Python 3.11.7', true],
  ['Python 3.13.0rc1', true],
  ['Python 3.9.2', false],
  ['Python 2.7.18', false],
  ['', false],
])('"%s" is new enough: %s', (version, isEnough) => {
  expect(isNewEnough(version)).toBe(isEnough);
});

test('the environment is made again for a new version, and not for a new comment', () => {
  const before = pinsHash(['dependencies = [\n  "torch==2.13.0",\n]\n', '# why\nclick==8.5.0\n']);
  expect(pinsHash(['line-length = 1\n  "torch==2.13.0",\n', 'click==8.5.0'])).toBe(before);
  expect(pinsHash(['  "torch==2.13.1",\n', 'click==8.5.0\n'])).not.toBe(before);
});
