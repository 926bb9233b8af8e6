import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeClose } from '../../scenarios/before-close';

/**
 * With DOUBTS_LOG, the folder to write to, every test file leaves there which doubts its runs have met, and as what:
 * `npm run doubts -w simulated-aws -- --met FOLDER` names the behaviours that no run met.
 */
const folder = process.env.DOUBTS_LOG;

if (folder) {
  const met = new Set<string>();
  beforeClose.add(({ account }) => {
    for (const [doubt, behaviour] of Object.entries(account.doubts.met)) met.add(`${doubt} ${behaviour}`);
  });

  afterAll(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${process.pid}-${process.hrtime.bigint()}.json`), JSON.stringify([...met]));
  });
}
