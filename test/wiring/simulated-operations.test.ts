import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Account } from '../../simulator/account';
import { Service } from '../../simulator/service';

/** Operations that nothing here calls, and why they are simulated all the same. */
const KEPT: Readonly<Record<string, string>> = {
  'backup:GetBackupVaultAccessPolicy': 'a vault whose policy denies copies is told before a disaster',
  'backup:ListRestoreJobsByProtectedResource': 'restore testing finds the jobs of a plan',
  'backup:StopBackupJob': 'a run that is stopped ends its jobs',
  'dynamodb:DeleteResourcePolicy': 'DynamoDB conformance',
  'dynamodb:DisableKinesisStreamingDestination': 'DynamoDB conformance',
  'dynamodb:DescribeExport': 'dynamodb-item-restore waits for exports',
  'dynamodb:ExportTableToPointInTime': 'dynamodb-item-restore reads what changed from exports',
  'dynamodb:ListExports': 'exports of a table, by hand through npm run local',
  'dynamodb:TransactGetItems': 'DynamoDB conformance',
  'dynamodb:TransactWriteItems': 'DynamoDB conformance',
  'dynamodb:UntagResource': 'DynamoDB conformance',
  'ec2:DescribeInstanceAttribute': 'stop protection, which preflights look at',
  'ec2:DescribeRegions': 'whether a region is enabled',
  'ec2:DescribeVolumes': 'the keys of volumes, which preflights look at',
  'lambda:GetAccountSettings': 'the quota of concurrency, which doctor looks at',
  'elasticfilesystem:UpdateFileSystemProtection': 'restored settings',
  'application-autoscaling:DeregisterScalableTarget': 'what a person does to a table during a run',
  'lambda:GetEventSourceMapping': 'restored settings',
  'sqs:ReceiveMessage': 'dead letters are read with it',
  'states:DescribeMapRun': 'distributed maps, by hand through npm run local',
  'states:ListMapRuns': 'distributed maps, by hand through npm run local',
  'states:ListStateMachines': 'npm run local suggests it',
  'sts:GetCallerIdentity': 'whom one acts for, by hand through npm run local',
};

/** Where an operation is needed: the product, its tests and tools, and what deploys a template. */
const USERS = ['functions', 'cli', 'scripts', 'scenarios', 'worker', 'statemachines', 'test', 'simulator'];
/** What is said here, or by the account's own tests, is no need. */
const NO_USERS = [join('simulator', 'test'), join('test', 'wiring', 'simulated-operations.test.ts')];

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (NO_USERS.includes(path) || entry.name === 'node_modules') return [];
    if (entry.isDirectory()) return sourcesIn(path);
    return /\.(ts|py|json)$/.test(path) ? [path] : [];
  });
}

/** Each operation by its IAM prefix and name, with the folder of the service that has it. */
function simulatedOperations(): { operation: string; name: string; service: string }[] {
  const account = new Account();
  try {
    const services = Object.values(account.region()).filter((part) => part instanceof Service);
    return services.flatMap((service) => {
      const names = Object.getOwnPropertyNames(Object.getPrototypeOf(service)).filter((name) => /^[A-Z]/.test(name));
      const folder = service.constructor.name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
      return names.map((name) => ({ operation: `${service.iamPrefix}:${name}`, name, service: folder }));
    });
  } finally {
    account.close();
  }
}

/** Those that no source outside their own service names. */
function unneededOperations(): string[] {
  const sources = USERS.flatMap(sourcesIn).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  return simulatedOperations()
    .filter(({ name, service }) => {
      const use = new RegExp(`\\b(${name}Command|paginate${name})\\b|\\.${name}\\(|'${name}'|"${name}"|:${name}\\b`);
      const own = new RegExp(`^simulator/services/${service.replace('dynamo-db', 'dynamodb')}[./]`);
      return !sources.some(({ path, text }) => !own.test(path) && use.test(text));
    })
    .map(({ operation }) => operation)
    .sort();
}

describe('a simulated operation', () => {
  it('is needed by something other than its own tests, or is kept for a reason', () => {
    expect(unneededOperations().filter((operation) => !(operation in KEPT))).toEqual([]);
  });

  it('is not kept for a reason once it is gone', () => {
    const simulated = simulatedOperations().map(({ operation }) => operation);
    expect(Object.keys(KEPT).filter((operation) => !simulated.includes(operation))).toEqual([]);
  });
});
