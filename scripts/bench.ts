import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { give, namesAmong, readCommandLine, wholeNumbers } from '../cli/command-line';
import { benchBundles } from './bench/bundles';
import { benchCalls } from './bench/calls';
import { benchCosts } from './bench/costs';
import { benchDowntime } from './bench/downtime';
import { benchFirstOutput } from './bench/first-output';
import { benchFleet } from './bench/fleet';
import { benchHtml } from './bench/html';
import { benchItemRestore } from './bench/item-restore';
import { benchRestoreTests } from './bench/restore-tests';
import { benchSwap } from './bench/swap';
import { benchSwapFaults, FAULT_PARTS, type FaultPart } from './bench/swap-faults';
import { asMarkdown, asText, comparedTo, type Table } from './bench/table';
import { benchWaits } from './bench/waits';

interface Options {
  /** Instead of those of the fleets, of which the largest take long. */
  sizes?: number[];
  /** Which of the matrices of the swap's faults, and which share of them. */
  parts?: FaultPart[];
  share?: { index: number; of: number };
}

const BENCHES: Record<string, (options: Options) => Promise<Table[]>> = {
  calls: ({ sizes }) => benchCalls({ sizes }),
  waits: () => benchWaits(),
  fleet: ({ sizes }) => benchFleet({ sizes }),
  downtime: () => benchDowntime(),
  swap: () => benchSwap(),
  'item-restore': ({ sizes }) => benchItemRestore({ sizes }),
  'restore-tests': () => benchRestoreTests(),
  costs: () => benchCosts(),
  bundles: () => benchBundles(),
  'first-output': () => benchFirstOutput(),
  html: ({ sizes }) => benchHtml({ sizes }),
  'swap-faults': (options) => benchSwapFaults(options),
};
/** Only when they are asked for: they take hours. */
const LONG = ['swap-faults'];

/** `npm run bench`: measures what the documentation claims, in the simulated account and on this machine. */
async function main(): Promise<void> {
  const known = Object.keys(BENCHES);
  const program = new Command('npm run bench --')
    .description('Measures what the documentation claims, in the simulated account and on this machine.')
    .argument('[bench...]', `${known.join(', ')} (default: all but ${LONG.join(', ')})`, benchAmong(known))
    .option('--sizes <N,N>', 'numbers of instances or items', wholeNumbers)
    .option(
      '--parts <NAMES>',
      `which matrices of the swap's faults: ${FAULT_PARTS.join(', ')}`,
      namesAmong(FAULT_PARTS),
    )
    .option('--share <I/N>', 'only this part of the matrices', share, { index: 1, of: 1 })
    .option('--than <FILE>', "also print the ratios to another commit's figures, from its --json")
    .option('--json', 'print the tables as JSON')
    .option('--markdown', 'print the tables as Markdown');
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) return give(answer);
  const { json, markdown, than, ...options } = program.opts();
  const earlier: Table[] = than ? JSON.parse(readFileSync(than, 'utf8')) : [];
  const [asked] = program.processedArgs;
  const names = asked && asked.length > 0 ? asked : known.filter((name) => !LONG.includes(name));
  const tables: Table[] = [];
  if (markdown) console.log(markdownHead());
  for (const name of names) {
    const measured = (await BENCHES[name]?.(options)) ?? [];
    for (const table of [...measured, ...measured.flatMap((each) => comparedTo(earlier, each))]) {
      tables.push(table);
      if (!json) console.log(markdown ? asMarkdown(table) : asText(table));
    }
  }
  if (json) console.log(JSON.stringify(tables));
}

function benchAmong(known: string[]) {
  return (name: string, earlier: string[] | undefined): string[] => {
    if (known.includes(name)) return [...(earlier ?? []), name];
    throw new InvalidArgumentError('There is no such bench.');
  };
}

function share(text: string): { index: number; of: number } {
  const [index = 0, of = 0] = text.split('/').map(Number);
  if (Number.isInteger(index) && Number.isInteger(of) && index >= 1 && index <= of) return { index, of };
  throw new InvalidArgumentError('It must be a part of the whole, such as 1/4.');
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
