import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { machineMutants } from './machine-mutants';
import type { Mutant } from './mutant';
import { patternMutants } from './pattern-mutants';
import { typescriptMutants } from './typescript-mutants';

/** The files whose lines decide what happens to data, instances and runs. */
const DECIDING = [
  /^functions\/shared\/runs\/(locks|runs|run-id|close-run|finish-run|orphaned-runs|unrecorded-runs|other-stacks)\.ts$/,
  /^functions\/shared\/waits\//,
  /^functions\/.*\/(ask|answer)-[^/]*approval\.ts$/,
  /^functions\/.*\/(approved|ask-for-approval)\.ts$/,
  /^functions\/.*\/(delete|remove|clean-up|verify|restore|kept)-[^/]*\.ts$/,
  /^functions\/.*\/(participants|oversee|start-restore)\.ts$/,
  /^functions\/dynamodb-restore\/item-restore\/(?!preview-text|errors)[^/]*\.ts$/,
  /^functions\/restore-test\/(?!errors)[^/]*\.ts$/,
  /^statemachines\//,
  /^template\.yaml$/,
];

const SWAP = [
  'swap-restore',
  'exits',
  'defects',
  'verdicts',
  'rollback',
  'approval',
  'resume',
  'last-minute',
  'losses',
];
const OPERATIONS = ['table-operation', 'table-operation-faults'];
const ITEMS = ['item-restore', 'interleavings', 'bad-input', 'global-table', 'second-person'];
const FLEETS = ['locks', 'exits', 'defects', 'way-out', 'features', 'targets', 'preflight', 'limits'];
const RECOVERY = ['efs-copy-restore', 'exits', 'defects', 'unknown-settings', 'recovery-point-choice', 'efs-backup'];
const EFS_TO_EFS = ['restore', 'nights', 'defects', 'last-resorts', 'starts', 'verify'];
const RUNS = [
  'waiting',
  'adoption',
  'operations',
  'unrecorded-runs',
  'ended-by-step-functions',
  'two-stacks',
  'name-reuse',
];

const tests = (folder: string, names: string[]) => names.map((name) => `test/workflows/${folder}${name}.test.ts`);

/** The tests nearest to a file, the nearest first; a mutant that all of them let pass has survived. */
const NEAREST: [RegExp, string[]][] = [
  [/item-restore/, tests('item-restore/', ITEMS)],
  [/dynamodb-restore\/operation|dynamodb-table-operation/, tests('dynamodb-restore/', OPERATIONS)],
  [/dynamodb-restore\/settings/, tests('dynamodb-restore/', ['settings', 'swap-restore', 'readers'])],
  [/dynamodb-restore|dynamodb-swap/, tests('dynamodb-restore/', [...SWAP, 'people', 'table-operation'])],
  [/pre-post-backup/, tests('pre-post-backup/', FLEETS)],
  [/efs-recovery|efs-copy-restore|efs-backup/, tests('efs-recovery/', RECOVERY)],
  [/efs-to-efs/, tests('efs-to-efs/', EFS_TO_EFS)],
  [/restore-test/, tests('restore-test/', ['restore-test', 'instances'])],
  [/waits\/kinds\/(table|approval)/, tests('dynamodb-restore/', SWAP)],
  [/waits\/kinds\/(instance|ssm|snapshot)/, tests('pre-post-backup/', FLEETS)],
  [/waits\/kinds\/(copy|restore|mount)/, tests('efs-recovery/', RECOVERY)],
  [
    /shared|template/,
    [
      ...tests('', RUNS),
      ...tests('pre-post-backup/', ['locks', 'defects', 'exits']),
      ...tests('dynamodb-restore/', ['approval', 'exits', 'second-person']),
    ],
  ],
];

/** All mutants of a folder with this project, file by file. */
export function allMutants(root: string): Mutant[] {
  const files = ['functions', 'statemachines'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  return ['template.yaml', ...files.sort()]
    .filter((file) => DECIDING.some((pattern) => pattern.test(file)))
    .filter((file) => /\.(ts|json|yaml)$/.test(file))
    .flatMap((file) => mutantsOf(file, readFileSync(join(root, file), 'utf8')));
}

function mutantsOf(file: string, source: string): Mutant[] {
  if (file.endsWith('.ts')) return typescriptMutants(file, source);
  return file.endsWith('.json') ? machineMutants(file, source) : patternMutants(file, source);
}

/** The tests that a mutant of this file is run by, in their order. */
export function nearestTests(root: string, file: string): string[] {
  const own = file.replace(/^functions\/(.*)\.ts$/, 'test/unit/functions/$1.test.ts');
  const unit = `test/unit/${file.replace(/\/[^/]*$/, '')}`;
  const siblings = existsSync(join(root, unit)) && unit.endsWith('item-restore') ? unitTests(root, unit) : [];
  const families = NEAREST.find(([pattern]) => pattern.test(file))?.[1] ?? [];
  const rules = file.startsWith('functions/') ? [] : ['test/wiring/house-rules.test.ts'];
  return [...new Set([own, ...rules, ...siblings, ...families])].filter(
    (path) => existsSync(join(root, path)) && path !== file,
  );
}

function unitTests(root: string, folder: string): string[] {
  return (
    readdirSync(join(root, folder))
      // Its own file is named for it; for others it takes too long.
      .filter((name) => name.endsWith('.test.ts') && name !== 'filter.test.ts')
      .map((name) => `${folder}/${name}`)
  );
}
