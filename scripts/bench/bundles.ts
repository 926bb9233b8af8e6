import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { bundleSettings } from '../../esbuild.config';
import { lambdaSources } from '../lambda-sources';
import type { Table } from './table';

const KIB = 1024;
const EMPTY = '(empty handler)';

interface Bundle {
  name: string;
  path: string;
  milliseconds: number[];
}

/** The size and load time of every function's bundle; each load is a process of its own. */
export async function benchBundles({ only = /./, loads = 9 } = {}): Promise<Table[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  try {
    const bundles = build(folder, only);
    // Round by round, so that a busy moment of the machine hits all of them.
    for (let round = 0; round < loads; round += 1) {
      for (const bundle of bundles) bundle.milliseconds.push(loadOnce(bundle.path));
    }
    const empty = median(bundles[0]?.milliseconds ?? []);
    return [
      {
        title: 'Bundles',
        columns: ['function', 'KiB', 'KiB gzipped', 'load (ms)', 'times the empty handler'],
        rows: bundles.map(({ name, path, milliseconds }) => {
          const code = readFileSync(path);
          const time = median(milliseconds);
          return [
            name,
            Math.ceil(code.length / KIB),
            Math.ceil(gzipSync(code).length / KIB),
            Math.round(time * 10) / 10,
            Math.round((time / empty) * 10) / 10,
          ];
        }),
        notes: [
          `Load: require() of the bundle, which makes its clients, in a fresh node ${process.version}; median of ${loads}.`,
        ],
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function build(folder: string, only: RegExp): Bundle[] {
  const emptySource = join(folder, 'empty.ts');
  writeFileSync(emptySource, 'export const handler = async () => {};\n');
  const sources = lambdaSources('template.yaml').filter(({ logicalId }) => only.test(logicalId));
  return [{ logicalId: EMPTY, source: emptySource }, ...sources].map(({ logicalId, source }) => {
    const path = join(folder, `${logicalId.replace(/\W/g, '')}.js`);
    buildSync({ ...bundleSettings, entryPoints: [source], outfile: path, logLevel: 'warning' });
    return { name: logicalId, path, milliseconds: [] };
  });
}

const LOADER = `
  const startedAt = process.hrtime.bigint();
  require(process.argv[1]);
  process.stdout.write(String(Number(process.hrtime.bigint() - startedAt) / 1e6));
`;

function loadOnce(path: string): number {
  const answer = execFileSync(process.execPath, ['-e', LOADER, path], {
    encoding: 'utf8',
    env: lambdaEnvironment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Number(answer);
}

/** What the modules ask for when they are loaded; nothing is called. */
const lambdaEnvironment = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  RUNS_TABLE: 'runs',
  WAITS_TABLE: 'waits',
  LOCKS_TABLE: 'locks',
  NOTIFICATION_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:topic',
  NOTIFY_ON_SUCCESS: 'No',
  UNDO_STATE_MACHINE_ARN: 'arn:aws:states:us-east-1:111122223333:stateMachine:undo',
  ACCOUNT_ID: '111122223333',
  PARTITION: 'aws',
};

function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
