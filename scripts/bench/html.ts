import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { page } from '../../cli/picture/page';
import type { Lane, Picture } from '../../cli/picture/picture';
import { CHROMIUM } from '../chromium';
import { median } from './median';
import type { Table } from './table';

const SIZES = [100, 1000, 10_000];
const ROUNDS = 3;
const HOUR_MS = 3_600_000;
const BEGAN = Date.UTC(2026, 10, 20, 22);
/** What the page of the largest fleet has to keep. */
const MOST_NODES = 3000;
const MOST_MILLISECONDS = 2000;

/** The page of a run: how long it takes to be written, to be painted, and to find one instance among all. */
export async function benchHtml({ sizes = SIZES }: { sizes?: number[] }): Promise<Table[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-html-'));
  const browser = CHROMIUM ? await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }) : undefined;
  try {
    const rows: (string | number)[][] = [];
    for (const size of sizes) {
      const begun = performance.now();
      const html = page(fleet(size));
      const written = performance.now() - begun;
      const file = join(folder, `${size}.html`);
      writeFileSync(file, html);
      const seen = browser ? await look(browser, pathToFileURL(file).href, size) : undefined;
      rows.push([
        size,
        Math.round(html.length / 1024),
        Math.round(written),
        ...(seen ? [seen.nodes, Math.round(seen.paint), Math.round(seen.search)] : ['-', '-', '-']),
      ]);
    }
    return [
      {
        title: 'The page of a run',
        columns: ['instances', 'size (KiB)', 'written in (ms)', 'nodes', 'first paint (ms)', 'search (ms)'],
        rows,
        notes: [
          browser
            ? `Chromium ${browser.version()}, median of ${ROUNDS}. At most ${MOST_NODES} nodes and ${MOST_MILLISECONDS} ms are wanted of 10,000 instances.`
            : 'There is no Chromium here: only the writing was measured.',
        ],
      },
    ];
  } finally {
    await browser?.close();
    rmSync(folder, { recursive: true });
  }
}

interface Seen {
  nodes: number;
  paint: number;
  /** From the last key until the lanes that are left are on the screen. */
  search: number;
}

async function look(browser: Browser, url: string, size: number): Promise<Seen> {
  const all: Seen[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const opened = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await opened.goto(url);
    await opened.waitForFunction("performance.getEntriesByName('first-contentful-paint').length > 0");
    const paint = Number(await opened.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
    const begun = performance.now();
    await opened.locator('#search').fill(`web-${size - 1}`);
    await opened.waitForFunction(`document.querySelector('#found').textContent.startsWith('1 of')`);
    const search = performance.now() - begun;
    all.push({ nodes: Number(await opened.evaluate("document.querySelectorAll('*').length")), paint, search });
    await opened.close();
  }
  return {
    nodes: Math.max(...all.map(({ nodes }) => nodes)),
    paint: median(all.map(({ paint }) => paint)),
    search: median(all.map(({ search }) => search)),
  };
}

/** A fleet's run of which every hundredth instance failed. */
function fleet(count: number): Picture {
  const lanes = Array.from({ length: count }, (_, index): Lane => {
    const isBad = index % 100 === 99;
    return {
      name: `i-${String(index).padStart(17, '0')} web-${index}`,
      tone: isBad ? 'bad' : 'good',
      ...(isBad && { note: 'the backup job is FAILED: no room' }),
      bars: [
        { kind: 'down', from: BEGAN, to: BEGAN + HOUR_MS, text: 'the application is down 1h' },
        { kind: 'stop', from: BEGAN, to: BEGAN + 60_000, text: 'stopping 1m' },
        { kind: 'backup', from: BEGAN + 60_000, to: BEGAN + HOUR_MS / 2, text: 'backup: COMPLETED 29m' },
        { kind: 'start', from: BEGAN + HOUR_MS / 2, to: BEGAN + HOUR_MS, text: 'starting 30m' },
      ],
      marks: [],
    };
  });
  return {
    workflow: 'pre-post-backup',
    name: 'nightly',
    outcome: 'FAILED',
    tone: 'bad',
    error: 'BackupIncomplete',
    cause: `${Math.floor(count / 100)} of ${count} instances failed.`,
    from: BEGAN,
    to: BEGAN + HOUR_MS,
    facts: [['target', 'backup-job=true']],
    lanes,
    table: { head: ['InstanceId', 'FailureMessage'], rows: lanes.map(({ name, note = '' }) => [name, note]) },
    report: [['Targets', String(count)]],
    links: [],
  };
}
