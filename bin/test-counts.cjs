const { writeFileSync } = require('node:fs');

/** A Jest reporter that writes the counts of the whole run to the file named by AXIS_TEST_COUNTS. */
module.exports = class TestCounts {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      // A test file that cannot even be loaded holds tests that did not pass.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    writeFileSync(process.env.AXIS_TEST_COUNTS, JSON.stringify(counts));
  }
};
