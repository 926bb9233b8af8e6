import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Account } from '../../simulator/account';
import { integrationFor } from '../../simulator/asl/integrations/resource';
import { RUNNERS } from '../../simulator/asl/run-states';
import { Service } from '../../simulator/service';

/** Operations that nothing here calls, and why they are simulated all the same. */
const KEPT: Readonly<Record<string, string>> = {
  'backup:ListRestoreJobsByProtectedResource': 'restore testing finds the jobs of a plan',
  'backup:GetRestoreTestingInferredMetadata': 'a person looks at the plans of a stack with it',
  'backup:GetRestoreTestingPlan': 'a person looks at the plans of a stack with it',
  'backup:GetRestoreTestingSelection': 'a person looks at the plans of a stack with it',
  'dynamodb:DeleteResourcePolicy': 'DynamoDB conformance',
  'dynamodb:DisableKinesisStreamingDestination': 'DynamoDB conformance',
  'dynamodb:TransactGetItems': 'DynamoDB conformance',
  'dynamodb:UntagResource': 'DynamoDB conformance',
  'ec2:DescribeRegions': 'whether a region is enabled',
  'lambda:GetEventSourceMapping': 'restored settings',
  'logs:FilterLogEvents': 'a person looks for a run in the logs of the functions with it',
  'sqs:GetQueueUrl': 'a person looks at the events that failed with it',
  'sqs:ListQueues': 'a person looks at the events that failed with it',
  'states:DescribeMapRun': 'a person looks at the groups of a fleet with it',
  'states:ListStateMachines': 'npm run local suggests it',
};

const RECORDED = 'the recorded executions of AWS that the interpreter is held against have it';
/** What no state machine here uses, and why the interpreter has it all the same. */
const KEPT_STATES: Readonly<Record<string, string>> = { Parallel: RECORDED, Pass: RECORDED };
const KEPT_INTEGRATIONS: Readonly<Record<string, string>> = {
  'arn:aws:states:::aws-sdk:dynamodb:getItem': RECORDED,
  'arn:aws:states:::dynamodb:getItem': RECORDED,
  'arn:aws:states:::sns:publish': RECORDED,
  'arn:aws:states:::states:startExecution': RECORDED,
  'arn:aws:states:::states:startExecution.sync:2': RECORDED,
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
      // An operation is a method, or a member whose function has a file of its own.
      const members = [service, Object.getPrototypeOf(service)].flatMap((part) => Object.getOwnPropertyNames(part));
      const names = members.filter((name) => /^[A-Z]/.test(name));
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
      // The command line uses the SDK's aggregated clients, whose methods begin with a small letter.
      const method = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      const use = new RegExp(
        `\\b(${name}Command|paginate${name})\\b|\\.(${name}|${method})\\(|'${name}'|"${name}"|:${name}\\b`,
      );
      const own = new RegExp(`^simulator/services/${service.replace('dynamo-db', 'dynamodb')}[./]`);
      return !sources.some(({ path, text }) => !own.test(path) && use.test(text));
    })
    .map(({ operation }) => operation)
    .sort();
}

/** The values that the state machines have for a key, at any depth. */
function valuesOf(key: string): Set<string> {
  const text = readdirSync('statemachines').map((name) => readFileSync(join('statemachines', name), 'utf8'));
  return new Set([...text.join('\n').matchAll(new RegExp(`"${key}": ?"([^"]+)"`, 'g'))].map(([, value = '']) => value));
}

describe('A simulated operation', () => {
  it('is needed by something other than its own tests, or is kept for a reason', () => {
    expect(unneededOperations().filter((operation) => !(operation in KEPT))).toEqual([]);
  });

  it('is not kept for a reason once it is gone, or is needed', () => {
    const unneeded = unneededOperations();
    expect(Object.keys(KEPT).filter((operation) => !unneeded.includes(operation))).toEqual([]);
  });
});

describe('A part of the interpreter', () => {
  it('is used by a state machine, or is kept for a reason', () => {
    const used = valuesOf('Type');
    expect(Object.keys(RUNNERS).filter((type) => !used.has(type) && !(type in KEPT_STATES))).toEqual([]);
    expect(Object.keys(KEPT_STATES).filter((type) => used.has(type) || !(type in RUNNERS))).toEqual([]);
  });

  it('is not kept for a reason once no task could name it, or one does', () => {
    const used = valuesOf('Resource');
    for (const resource of Object.keys(KEPT_INTEGRATIONS)) {
      expect(() => integrationFor(resource)).not.toThrow();
      expect(used).not.toContain(resource);
    }
  });
});
