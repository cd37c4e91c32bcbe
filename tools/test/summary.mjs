/**
 * Sums up what jest wrote: tests that passed, failed and were skipped (todo ones too). A suite that could not
 * run at all counts as one failure, since the tests in it are not counted anywhere.
 * @param {object | null} results jest's JSON, null when it wrote none
 * @returns {{ passed: number, failed: number, skipped: number, failures: string[] }}
 */
export function summarize(results) {
  if (results === null) return { passed: 0, failed: 1, skipped: 0, failures: ['jest wrote no results'] };
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: results.numPendingTests + results.numTodoTests,
    failures: results.testResults.flatMap(failuresOf),
  };
}

/** The sum over all jest runs. */
export function addUp(summaries) {
  const sumOf = (field) => summaries.reduce((sum, summary) => sum + summary[field], 0);
  return {
    passed: sumOf('passed'),
    failed: sumOf('failed'),
    skipped: sumOf('skipped'),
    failures: summaries.flatMap(({ failures }) => failures),
  };
}

/** For what goes wrong outside every test. */
export function withFailure(summary, failure) {
  return { ...summary, failed: summary.failed + 1, failures: [...summary.failures, failure] };
}

function failuresOf(suite) {
  const failed = suite.assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => `${suite.name}: ${fullName}`);
  if (failed.length > 0 || suite.status !== 'failed') return failed;
  return [`${suite.name}: the suite could not run`];
}

/** The line that a test run ends with; CI and people look for exactly this form. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
