import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { deployedBundleSettings } from '../../esbuild.config';
import { defaultWorld, Simulation } from '../../scenarios/simulation';
import { lambdaSources } from '../lambda-sources';
import { median } from './median';
import type { Table } from './table';

const KIB = 1024;
const EMPTY = '(empty handler)';

interface Bundle {
  name: string;
  path: string;
  environment: Record<string, string>;
  milliseconds: number[];
}

/** The size and load time of every function's bundle; each load is a process of its own. */
export async function benchBundles({ only = /./, loads = 9 } = {}): Promise<Table[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  try {
    const bundles = await buildAll(folder, only, await environments());
    // Round by round, so that a busy moment of the machine hits all of them.
    for (let round = 0; round < loads; round += 1) {
      for (const bundle of bundles) bundle.milliseconds.push(loadOnce(bundle));
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
          `Load: require() of the bundle, which makes its clients, in a fresh node ${process.version}, time of the processor; median of ${loads}.`,
        ],
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function buildAll(
  folder: string,
  only: RegExp,
  environmentOf: Map<string, Record<string, string>>,
): Promise<Bundle[]> {
  const emptySource = join(folder, 'empty.ts');
  writeFileSync(emptySource, 'export const handler = async () => {};\n');
  const sources = lambdaSources('template.yaml').filter(({ logicalId }) => only.test(logicalId));
  const bundles: Bundle[] = [];
  for (const { logicalId, source } of [{ logicalId: EMPTY, source: emptySource }, ...sources]) {
    const path = join(folder, `${logicalId.replace(/\W/g, '')}.js`);
    await build({ ...deployedBundleSettings, entryPoints: [source], outfile: path, logLevel: 'warning' });
    bundles.push({ name: logicalId, path, environment: environmentOf.get(logicalId) ?? {}, milliseconds: [] });
  }
  return bundles;
}

const LOADER = `
  const before = process.cpuUsage();
  require(process.argv[1]);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(String((user + system) / 1000));
`;

function loadOnce({ path, environment }: Bundle): number {
  const answer = execFileSync(process.execPath, ['-e', LOADER, path], {
    encoding: 'utf8',
    env: { ...environment, AWS_REGION: 'us-east-1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Number(answer);
}

/** What the template gives each function: modules ask for it when they are loaded. */
async function environments(): Promise<Map<string, Record<string, string>>> {
  const simulation = await Simulation.open({ world: defaultWorld('pre-post-backup') });
  const functions = [...simulation.region.lambda.functions.values()];
  simulation.close();
  return new Map(functions.map(({ configuration: { logicalId, environment } }) => [logicalId, environment]));
}
