import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchBundles } from './bench/bundles';
import { benchCosts } from './bench/costs';
import { benchDowntime } from './bench/downtime';
import { benchFirstOutput } from './bench/first-output';
import { benchFleet } from './bench/fleet';
import { benchItemRestore } from './bench/item-restore';
import { benchSwap } from './bench/swap';
import { benchSwapFaults, FAULT_PARTS, type FaultPart } from './bench/swap-faults';
import { asMarkdown, asText, type Table } from './bench/table';
import { benchWaits } from './bench/waits';

const USAGE =
  'usage: npm run bench -- [waits] [fleet] [downtime] [swap] [item-restore] [costs] [bundles] [first-output] [swap-faults] [--sizes N,N] [--seeds N] [--parts once,always,events,pairs] [--share I/N] [--json | --markdown]';

interface Options {
  /** Instead of those of the fleets, of which the largest take long. */
  sizes?: number[];
  /** How many random seeds the swap has to live through. */
  seeds?: number;
  /** Which of the matrices of the swap's faults, and which share of them. */
  parts?: FaultPart[];
  share?: { index: number; of: number };
}

const BENCHES: Record<string, (options: Options) => Promise<Table[]>> = {
  waits: () => benchWaits(),
  fleet: ({ sizes }) => benchFleet({ sizes }),
  downtime: () => benchDowntime(),
  swap: ({ seeds }) => benchSwap({ seeds }),
  'item-restore': ({ sizes }) => benchItemRestore({ sizes }),
  costs: () => benchCosts(),
  bundles: () => benchBundles(),
  'first-output': () => benchFirstOutput(),
  'swap-faults': (options) => benchSwapFaults(options),
};
/** Only when they are asked for: they take hours. */
const LONG = ['swap-faults'];

/** `npm run bench`: measures what the documentation claims, in the simulated account and on this machine. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      sizes: { type: 'string' },
      seeds: { type: 'string' },
      parts: { type: 'string' },
      share: { type: 'string' },
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => !(name in BENCHES));
  if (unknown.length > 0) throw new Error(`There is no bench ${unknown.join(', ')}.\n${USAGE}`);
  const names = positionals.length > 0 ? positionals : Object.keys(BENCHES).filter((name) => !LONG.includes(name));
  const sizes = values.sizes?.split(',').map(Number);
  if (sizes?.some((size) => !Number.isInteger(size) || size < 1))
    throw new Error(`--sizes takes numbers of instances or items, such as 1,50.\n${USAGE}`);
  const seeds = values.seeds === undefined ? undefined : Number(values.seeds);
  if (seeds !== undefined && (!Number.isInteger(seeds) || seeds < 1))
    throw new Error(`--seeds takes a number, such as 10000.\n${USAGE}`);
  const parts = values.parts?.split(',') as FaultPart[] | undefined;
  if (parts?.some((part) => !FAULT_PARTS.includes(part)))
    throw new Error(`--parts takes ${FAULT_PARTS.join(', ')}.\n${USAGE}`);
  const [index = 1, of = 1] = (values.share ?? '1/1').split('/').map(Number);
  if (!Number.isInteger(index) || !Number.isInteger(of) || index < 1 || index > of)
    throw new Error(`--share takes a part of the whole, such as 1/4.\n${USAGE}`);
  const tables: Table[] = [];
  if (values.markdown) console.log(markdownHead());
  for (const name of names) {
    for (const table of (await BENCHES[name]?.({ sizes, seeds, parts, share: { index, of } })) ?? []) {
      tables.push(table);
      if (!values.json) console.log(values.markdown ? asMarkdown(table) : asText(table));
    }
  }
  if (values.json) console.log(JSON.stringify(tables));
}

function markdownHead(): string {
  const [cpu] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  return [
    '# Measurements',
    '',
    `\`npm run bench -- ${process.argv.slice(2).join(' ')}\`, ${day}, ${cpus().length} x ${cpu?.model.trim()}, Node.js ${process.version}.`,
    'All but the load times comes from the simulated account: its latencies and durations are assumptions (docs/simulator), the counts are those of the real code.',
    '',
  ].join('\n');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
