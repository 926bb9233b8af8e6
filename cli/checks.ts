import {
  checkAdvancedDynamoDb,
  checkAutomaticVault,
  checkColdStorage,
  checkInputs,
  checkOptIn,
  checkRoles,
  checkVaults,
} from './backup-checks';
import { readSchedules } from './commands/schedules';
import type { Config } from './config-file';
import { explain, isDenied } from './failure';
import type { Finding } from './finding';
import { checkInstances } from './fleet-checks';
import { checkOtherStacks } from './other-stacks';
import { checkIsolation, checkRestoreTests } from './restore-test-checks';
import type { Session } from './session';
import { checkWorkerDisk } from './worker-checks';
import { familyOf, machineWorkflows, stateMachineOutput } from './workflows';

type Check = (session: Session, config: Config, tags: string[]) => Promise<Finding[]>;

const PARALLEL_TABLES = 10;

/** The checks of the recovery console, before it starts anything. */
export const consoleChecks: Check[] = [checkAccount, checkVaults, checkRoles];

/** The checks of `doctor`. */
export const allChecks: Check[] = [
  checkAccount,
  checkStack,
  checkLeftBehind,
  checkOtherStacks,
  checkOptIn,
  checkAdvancedDynamoDb,
  checkVaults,
  checkAutomaticVault,
  checkRoles,
  checkSchedules,
  checkInputs,
  checkColdStorage,
  checkInstances,
  checkTables,
  checkConcurrency,
  checkWorkerDisk,
  checkRestoreTests,
  checkIsolation,
];

/**
 * Runs checks one after the other. A check without permission is a finding, and the rest run; an error common to all
 * of them (expired credentials, no stack) ends the list.
 */
export async function runChecks(
  session: Session,
  config: Config,
  checks: Check[],
  tags: string[] = [],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    try {
      findings.push(...(await check(session, config, tags)));
    } catch (error) {
      const [state = '', ...advice] = explain(error, session.aws.access.endpoint).message.split('\n');
      const subject = check.name.replace(/^check/, '').toLowerCase();
      findings.push({ subject, state: `could not be checked: ${state}`, advice: advice.join(' ') || state });
      if (!isDenied(error)) break;
    }
  }
  return findings;
}

async function checkAccount(session: Session, { accountId }: Config): Promise<Finding[]> {
  const { Account = '', Arn = '' } = await (await session.aws.client('sts')).getCallerIdentity({});
  const subject = `account ${Account}`;
  if (accountId === undefined || accountId === Account) return [{ subject, state: `you are ${Arn}` }];
  return [
    {
      subject,
      state: `the configuration is for ${accountId}`,
      advice: 'Log in to that account, or correct accountId.',
    },
  ];
}

async function checkStack(session: Session): Promise<Finding[]> {
  const { name, region, status, outputs, parameters } = await session.stack();
  const subject = `stack ${name} in ${region}`;
  const absent = machineWorkflows.filter((workflow) => !outputs[stateMachineOutput(workflow)]);
  const leftOut = absent.filter((workflow) => parameters[familyOf(workflow) ?? ''] === 'No');
  const missing = absent.filter((workflow) => !leftOut.includes(workflow));
  const isGood = /^(CREATE|UPDATE)_COMPLETE$/.test(status);
  return [
    { subject, state: status, ...(!isGood && { advice: 'See its events in CloudFormation, then sam deploy again.' }) },
    ...(missing.length > 0
      ? [{ subject, state: `has no ${missing.join(', ')}`, advice: 'It is an older version: sam build && sam deploy.' }]
      : []),
    ...(leftOut.length > 0 ? [{ subject, state: `was deployed without ${leftOut.join(', ')}` }] : []),
  ];
}

/** What swaps left, and nothing removes any more since their family was switched off. */
export async function checkLeftBehind(session: Session): Promise<Finding[]> {
  const { outputs, parameters } = await session.stack();
  if (parameters.DynamodbRestore !== 'No') return [];
  const dynamodb = await session.aws.client('dynamodb');
  const kept = await Promise.all(
    ['fallbacks', 'duplicates'].map(async (partition) => {
      const { Items = [] } = await dynamodb.query({
        TableName: outputs.RunsTableName,
        KeyConditionExpression: 'runId = :partition',
        ExpressionAttributeValues: { ':partition': { S: partition } },
      });
      return Items.map(({ item }) => item?.S ?? '');
    }),
  );
  return kept.flat().map((name) => ({
    subject: name,
    state: 'was kept by a run of dynamodb-swap-restore, and nothing removes it while DynamodbRestore is No',
    advice: 'Delete it when you do not need it, or deploy with DynamodbRestore=Yes.',
  }));
}

async function checkSchedules(session: Session): Promise<Finding[]> {
  return (await readSchedules(session)).map(({ name, found, problems }) => {
    const subject = `schedule ${name}`;
    if (found.State !== 'ENABLED') return { subject, state: 'DISABLED' };
    if (problems.length === 0) return { subject, state: `ENABLED, ${found.ScheduleExpression}` };
    return {
      subject,
      state: `its runs will be refused: ${problems.join('; ')}`,
      advice: `backup-workflows schedules set ${name} --input FILE`,
    };
  });
}

/** What LimitConcurrency=Yes reserves: 32, and 5 more for EFS-to-EFS. */
const RESERVED = 37;
const UNRESERVED_MINIMUM = 100;

/** Whether the quota leaves room for LimitConcurrency, which a deployment finds out by failing. */
async function checkConcurrency({ aws }: Session): Promise<Finding[]> {
  const { AccountLimit } = await (await aws.client('lambda')).getAccountSettings({});
  const { ConcurrentExecutions: quota, UnreservedConcurrentExecutions: unreserved } = AccountLimit ?? {};
  if (quota === undefined || unreserved === undefined)
    return [
      { subject: 'Lambda concurrency', state: 'Lambda does not say what is left', advice: 'Ask Service Quotas.' },
    ];
  const isRoom = unreserved >= UNRESERVED_MINIMUM + RESERVED;
  const verdict = isRoom ? 'has room for LimitConcurrency' : 'LimitConcurrency must stay as it is, or No';
  return [{ subject: 'Lambda concurrency', state: `${unreserved} of ${quota} unreserved: ${verdict}` }];
}

async function checkTables(session: Session, { hiddenTables }: Config): Promise<Finding[]> {
  const dynamodb = await session.aws.client('dynamodb');
  const names = await listTables(session, hiddenTables);
  const findings: Finding[] = [];
  for (let first = 0; first < names.length; first += PARALLEL_TABLES) {
    const batch = names.slice(first, first + PARALLEL_TABLES).map(async (TableName): Promise<Finding> => {
      const { ContinuousBackupsDescription } = await dynamodb.describeContinuousBackups({ TableName });
      const pitr = ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
      const subject = `table ${TableName}`;
      if (pitr?.PointInTimeRecoveryStatus === 'ENABLED')
        return { subject, state: `point-in-time recovery of ${pitr.RecoveryPeriodInDays ?? 35} days` };
      return {
        subject,
        state: 'point-in-time recovery is off',
        advice: `Turn it on: backup-workflows dynamodb, option 7; or put ${TableName} into hiddenTables.`,
      };
    });
    findings.push(...(await Promise.all(batch)));
  }
  return findings;
}

/** The account's tables, without those of the suite itself and those that are hidden. */
export async function listTables(session: Session, hidden: string[]): Promise<string[]> {
  const { paginateListTables } = await import('./dynamodb');
  const stack = await session.stack();
  const own = (await stack.resourcesOfType('AWS::DynamoDB::Table')).map(({ physicalId }) => physicalId);
  const names: string[] = [];
  for await (const page of paginateListTables({ client: await session.aws.client('dynamodb') }, {}))
    names.push(...(page.TableNames ?? []));
  return names.filter((name) => !own.includes(name) && !hidden.includes(name));
}
