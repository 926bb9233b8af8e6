import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * With DOUBTS_LOG, the folder to write to, every test file leaves there which doubts its runs have met, and as what:
 * `npm run doubts -w simulated-aws -- --met FOLDER` names the behaviours that no run met.
 */
const folder = process.env.DOUBTS_LOG;

if (folder) {
  // Loaded only here: the simulator takes a second, and half of the test files have no use for it.
  const { Simulation } = require('../../scenarios/simulation') as typeof import('../../scenarios/simulation');
  const met = new Set<string>();
  const close = Simulation.prototype.close;

  Simulation.prototype.close = function closeAndNote() {
    for (const [doubt, behaviour] of Object.entries(this.account.doubts.met)) met.add(`${doubt} ${behaviour}`);
    close.call(this);
  };

  afterAll(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${process.pid}-${process.hrtime.bigint()}.json`), JSON.stringify([...met]));
  });
}
