const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/** Where `simulator/clock.ts` leaves the clock of the account that is open. */
const OPEN = Symbol.for('simulated-account.clock');

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    // Without the proxy that Jest asks for each global that a test looks at: it costs a fifth of the processor time of
    // simulated runs. Node.js 20.18 or later makes such a world.
    const { createContext, constants } = vm;
    vm.createContext = (proxy) => createContext(constants?.DONT_CONTEXTIFY ?? proxy);
    try {
      super(config, context);
    } finally {
      vm.createContext = createContext;
    }
  }

  /**
   * Closes the simulated account that a test leaves open, be it that the test timed out: only one can be open in a
   * process, so every later test of the file would fail with it. The test that left it open fails by its name. An account
   * that was open before the test, from `beforeAll`, is the file's own to close.
   */
  handleTestEvent(event) {
    const open = this.global[OPEN]?.clock;
    if (event.name === 'test_start') this.openBefore = open;
    if (event.name !== 'test_done' || !open || open === this.openBefore) return;
    open.uninstall();
    // A test that failed for another reason has already said why.
    if (event.test.errors.length > 0) return;
    event.test.errors.push(new Error(`"${event.test.name}" left a simulated account open: close() it in a finally.`));
  }
};
