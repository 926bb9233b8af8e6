import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { defaultWorld, exampleInput, Simulation } from '../scenarios/simulation';
import { CHROMIUM } from './chromium';
import { pageOf } from './render/picture';

const WIDTHS = [360, 1440];
const WORKFLOW = 'pre-post-backup';
const FOLDER = join(__dirname, '../docs/pictures');

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});

/** `npm run pictures`: the screenshots of docs/command-line.md, of a run in the simulated account. Needs a Chromium. */
async function main(): Promise<void> {
  if (!CHROMIUM) throw new Error('There is no Chromium in /usr/bin; install one (Debian: apt-get install chromium).');
  // Times on the page are local ones.
  process.env.TZ = 'UTC';
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  const file = join(folder, 'run.html');
  writeFileSync(file, await simulatedPage());
  mkdirSync(FOLDER, { recursive: true });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    for (const width of WIDTHS) {
      const page = await browser.newPage({ viewport: { width, height: 760 } });
      await page.goto(pathToFileURL(file).href);
      await page.screenshot({ path: join(FOLDER, `timeline-${width}.png`) });
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

async function simulatedPage(): Promise<string> {
  const simulation = await Simulation.open({ world: defaultWorld(WORKFLOW), seed: 1 });
  try {
    const execution = simulation.begin(WORKFLOW, exampleInput(WORKFLOW));
    await simulation.finish(execution);
    return await pageOf(simulation, execution);
  } finally {
    simulation.close();
  }
}
