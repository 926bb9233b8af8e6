import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { page } from '../../cli/picture/page';
import type { Lane, Picture } from '../../cli/picture/picture';
import { CHROMIUM } from '../../scripts/chromium';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const HOUR_MS = 3_600_000;
const BEGAN = Date.UTC(2026, 10, 20, 22);

if (!CHROMIUM) console.warn('There is no Chromium here: how the page of a run behaves in a browser was not tested.');

/** A picture of so many instances, of which every hundredth failed. */
function pictureOf(count: number): Picture {
  const lanes = Array.from({ length: count }, (_, index): Lane => {
    const isBad = index % 100 === 99;
    return {
      name: `i-${String(index).padStart(17, '0')} web-${index}`,
      tone: isBad ? 'bad' : 'good',
      ...(isBad && { note: 'the backup job is FAILED: </script><b>no room</b>' }),
      bars: [
        { kind: 'down', from: BEGAN, to: BEGAN + HOUR_MS, text: 'the application is down 1h' },
        { kind: 'backup', from: BEGAN + 60_000, to: BEGAN + HOUR_MS / 2, text: 'backup: COMPLETED' },
      ],
      marks: [{ at: BEGAN + 60_000, tone: 'notice', text: '3 starts refused: InsufficientInstanceCapacity' }],
    };
  });
  return {
    workflow: 'pre-post-backup',
    name: 'nightly',
    outcome: 'FAILED',
    tone: 'bad',
    error: 'BackupIncomplete',
    cause: '1 of 100 instances failed.',
    from: BEGAN,
    to: BEGAN + HOUR_MS,
    facts: [['target', 'backup-job=true']],
    lanes,
    table: { head: ['InstanceId', 'FailureMessage'], rows: lanes.map(({ name, note = '' }) => [name, note]) },
    report: [['Targets', String(count)]],
    links: [{ text: 'execution', url: 'https://eu-west-1.console.aws.amazon.com/states/home' }],
  };
}

(CHROMIUM ? describe : describe.skip)('The page of a run in a browser', () => {
  let browser: Browser;
  let opened: Page;
  let problems: string[];
  const folder = mkdtempSync(join(tmpdir(), 'picture-'));

  beforeAll(async () => {
    // The tests run as root in CI, where Chromium's sandbox cannot.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });

  afterEach(() => opened.close());

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(picture: Picture, width: number): Promise<Page> {
    const file = join(folder, 'run.html');
    writeFileSync(file, page(picture));
    opened = await browser.newPage({ viewport: { width, height: 800 } });
    problems = [];
    opened.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    opened.on('pageerror', (error) => problems.push(error.message));
    await opened.goto(pathToFileURL(file).href);
    return opened;
  }

  it.each([360, 1440])('shows outcome, cause and lanes at %i pixels, and nothing beside the page', async (width) => {
    const shown = await open(pictureOf(20), width);

    expect(await shown.locator('h1').textContent()).toContain('FAILED');
    expect(await shown.locator('.cause').isVisible()).toBe(true);
    expect(await shown.locator('.lane').first().isVisible()).toBe(true);
    expect(await shown.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(problems).toEqual([]);
  });

  it('is used with the keyboard alone: search, lanes, what a lane says', async () => {
    const shown = await open(pictureOf(300), 1440);

    await shown.locator('#search').focus();
    await shown.keyboard.type('bad web-199');
    await shown.locator('#lanes').focus();
    await shown.keyboard.press('ArrowDown');

    expect(await shown.locator('#found').textContent()).toBe('1 of 300 lanes');
    const detail = await shown.locator('#detail').textContent();
    expect(detail).toContain('web-199');
    expect(detail).toContain('</script><b>no room</b>');
    expect(detail).toContain('3 starts refused: InsufficientInstanceCapacity');
    expect(problems).toEqual([]);
  });

  it('stays usable with 10,000 instances: few nodes, and the last lane is a key away', async () => {
    const shown = await open(pictureOf(10_000), 1440);

    await shown.locator('#lanes').focus();
    await shown.keyboard.press('ArrowDown');
    await shown.keyboard.press('End');

    expect(await shown.locator('#detail').textContent()).toContain('web-9999');
    expect(await shown.locator('.lane.chosen').isVisible()).toBe(true);
    expect(await shown.evaluate("document.querySelectorAll('*').length")).toBeLessThanOrEqual(3000);
  });

  it.each(['light', 'dark'] as const)(
    'has no serious fault of accessibility in its %s colours',
    async (colorScheme) => {
      const shown = await open(pictureOf(30), 1440);
      await shown.emulateMedia({ colorScheme });

      // Through the debugger, as the page's policy lets no other script in.
      const found = (await shown.evaluate(`${AXE}; axe.run()`)) as { violations: { id: string; impact: string }[] };

      const serious = found.violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
      expect(serious.map(({ id }) => id)).toEqual([]);
    },
  );
});
