const { writeFileSync } = require('node:fs');

/** Ends jest with the first test that fails, and leaves its file and its title: the others say nothing more about a mutant. */
module.exports = class {
  onTestCaseResult({ path }, { status, fullName }) {
    if (status === 'failed') this.end(path, fullName);
  }
  onTestResult({ path }, { testExecError, failureMessage }) {
    if (testExecError || failureMessage) this.end(path, '');
  }
  end(path, title) {
    writeFileSync(process.env.FIRST_FAILURE, JSON.stringify([path, title]));
    process.exit(1);
  }
};
