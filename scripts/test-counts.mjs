/** How many tests passed and failed, read from the reports that the test runners write. */

/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * @param {string} text Vitest's JSON report
 * @returns {Counts}
 */
export function countVitest(text) {
  const report = /** @type {{ numPassedTests: number, numFailedTests: number }} */ (
    JSON.parse(text)
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests };
}

/**
 * @param {string} text pytest's JUnit XML
 * @returns {Counts}
 */
export function countPytest(text) {
  const suite = /<testsuite [^>]*>/.exec(text)?.[0] ?? '';
  const read = (/** @type {string} */ name) =>
    Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = read('failures') + read('errors');
  return { passed: read('tests') - failed - read('skipped'), failed };
}

/**
 * @param {string} text Playwright's JSON report
 * @returns {Counts}
 */
export function countPlaywright(text) {
  const { stats } =
    /** @type {{ stats: { expected: number, unexpected: number, flaky: number } }} */ (
      JSON.parse(text)
    );
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky };
}
