import { readSchedules } from './commands/schedules';
import type { Config } from './config-file';
import { explain, isDenied } from './failure';
import type { Session } from './session';
import { stateMachineOutput, workflows } from './workflows';

/** One thing that a check looked at: its state, and what to do if that is wrong. */
export interface Finding {
  subject: string;
  state: string;
  /** Absent when all is well. */
  advice?: string;
}

type Check = (session: Session, config: Config, tags: string[]) => Promise<Finding[]>;

const BACKUP_POLICY = 'AWSBackupServiceRolePolicyForBackup';
const RESTORE_POLICY = 'AWSBackupServiceRolePolicyForRestores';
const PARALLEL_TABLES = 10;
const SSM_BATCH_SIZE = 50;

/** The checks of the recovery console, before it starts anything. */
export const consoleChecks: Check[] = [checkAccount, checkVaults, checkRoles];

/** The checks of `doctor`. */
export const allChecks: Check[] = [
  checkAccount,
  checkStack,
  checkVaults,
  checkRoles,
  checkSchedules,
  checkInstances,
  checkTables,
  checkConcurrency,
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
  const { name, region, status, outputs } = await session.stack();
  const subject = `stack ${name} in ${region}`;
  const missing = Object.keys(workflows).filter((workflow) => !outputs[stateMachineOutput(workflow)]);
  const isGood = /^(CREATE|UPDATE)_COMPLETE$/.test(status);
  return [
    { subject, state: status, ...(!isGood && { advice: 'See its events in CloudFormation, then sam deploy again.' }) },
    ...(missing.length > 0
      ? [{ subject, state: `has no ${missing.join(', ')}`, advice: 'It is an older version: sam build && sam deploy.' }]
      : []),
  ];
}

async function checkVaults(session: Session, { vaultName }: Config): Promise<Finding[]> {
  const { outputs } = await session.stack();
  const backup = await session.aws.client('backup');
  const names = [...new Set([outputs.BackupVaultName, vaultName])].filter((name) => name !== undefined);
  return Promise.all(
    names.map(async (BackupVaultName): Promise<Finding> => {
      const subject = `backup vault ${BackupVaultName}`;
      try {
        const { NumberOfRecoveryPoints = 0 } = await backup.describeBackupVault({ BackupVaultName });
        return { subject, state: `${NumberOfRecoveryPoints} recovery points` };
      } catch (error) {
        // AWS Backup answers AccessDeniedException, too, for a vault that does not exist.
        if (!['ResourceNotFoundException', 'AccessDeniedException'].includes((error as Error).name)) throw error;
        return {
          subject,
          state: 'does not exist, or you may not look at it',
          advice: 'Correct vaultName, or create the vault.',
        };
      }
    }),
  );
}

async function checkRoles(session: Session, { backupRole }: Config): Promise<Finding[]> {
  const { outputs } = await session.stack();
  const roles = [...new Set([outputs.BackupJobExecutionRoleArn, backupRole])].filter((role) => role !== undefined);
  return (await Promise.all(roles.map((role) => checkRole(session, role)))).flat();
}

async function checkRole({ aws }: Session, role: string): Promise<Finding[]> {
  const RoleName = role.split('/').at(-1) ?? role;
  const subject = `role ${RoleName}`;
  const iam = await aws.client('iam');
  try {
    const { Role } = await iam.getRole({ RoleName });
    const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName });
    const missing = [BACKUP_POLICY, RESTORE_POLICY].filter(
      (policy) => !AttachedPolicies.some(({ PolicyName }) => PolicyName === policy),
    );
    const findings: Finding[] = [];
    if (!decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '').includes('backup.amazonaws.com'))
      findings.push({
        subject,
        state: 'AWS Backup may not assume it',
        advice: 'Name backup.amazonaws.com in its trust policy.',
      });
    for (const policy of missing)
      findings.push({
        subject,
        state: `lacks the policy ${policy}`,
        advice: `Attach the managed policy service-role/${policy}.`,
      });
    return findings.length > 0 ? findings : [{ subject, state: 'may back up and restore' }];
  } catch (error) {
    if (!/^NoSuchEntity/.test((error as Error).name)) throw error;
    return [{ subject, state: 'does not exist', advice: 'Correct backupRole, or create the role.' }];
  }
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

/** The instances that carry the tags which the enabled schedules name, or those that were asked for. */
async function checkInstances(session: Session, _config: Config, asked: string[]): Promise<Finding[]> {
  const tags = asked.length > 0 ? asked : await tagsOfSchedules(session);
  const findings = await Promise.all(tags.map((tag) => checkTag(session, tag)));
  return findings.flat();
}

async function tagsOfSchedules(session: Session): Promise<string[]> {
  const inputs = (await readSchedules(session))
    .filter(({ found }) => found.State === 'ENABLED')
    .map(({ found }) => JSON.parse(found.Target?.Input ?? '{}') as Record<string, unknown>);
  return inputs.flatMap(({ TargetEC2TagKey, TargetEC2TagValue }) =>
    TargetEC2TagKey === undefined ? [] : [`${TargetEC2TagKey}=${TargetEC2TagValue}`],
  );
}

async function checkTag({ aws }: Session, tag: string): Promise<Finding[]> {
  const [key = '', ...value] = tag.split('=');
  const { paginateDescribeInstances } = await import('@aws-sdk/client-ec2');
  const Filters = [
    { Name: `tag:${key}`, Values: [value.join('=')] },
    { Name: 'instance-state-name', Values: ['running'] },
  ];
  const ids: string[] = [];
  for await (const page of paginateDescribeInstances({ client: await aws.client('ec2') }, { Filters }))
    for (const { Instances = [] } of page.Reservations ?? [])
      ids.push(...Instances.map(({ InstanceId = '' }) => InstanceId));
  if (ids.length === 0)
    return [{ subject: `instances with ${tag}`, state: 'none is running', advice: 'Check the tag and the region.' }];
  const ssm = await aws.client('ssm');
  const pings = new Map<string, string>();
  for (let first = 0; first < ids.length; first += SSM_BATCH_SIZE) {
    const Values = ids.slice(first, first + SSM_BATCH_SIZE);
    const { InstanceInformationList = [] } = await ssm.describeInstanceInformation({
      Filters: [{ Key: 'InstanceIds', Values }],
      MaxResults: SSM_BATCH_SIZE,
    });
    for (const { InstanceId = '', PingStatus = '' } of InstanceInformationList) pings.set(InstanceId, PingStatus);
  }
  return ids.map((id) => {
    const state = pings.get(id) ?? 'not managed by SSM';
    return {
      subject: `instance ${id}`,
      state: `${state}`,
      ...(state !== 'Online' && {
        advice: 'Scripts cannot run there: check the SSM Agent, the instance profile and the way to the SSM endpoints.',
      }),
    };
  });
}

/** What LimitConcurrency=Yes reserves: 32, and 5 more for EFS-to-EFS. */
const RESERVED = 37;
const UNRESERVED_MINIMUM = 100;

/** Whether the quota leaves room for LimitConcurrency, which a deployment finds out by failing. */
async function checkConcurrency({ aws }: Session): Promise<Finding[]> {
  const { AccountLimit } = await (await aws.client('lambda')).getAccountSettings({});
  const { ConcurrentExecutions: quota = 0, UnreservedConcurrentExecutions: unreserved = 0 } = AccountLimit ?? {};
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
  const { paginateListTables } = await import('@aws-sdk/client-dynamodb');
  const stack = await session.stack();
  const own = (await stack.resourcesOfType('AWS::DynamoDB::Table')).map(({ physicalId }) => physicalId);
  const names: string[] = [];
  for await (const page of paginateListTables({ client: await session.aws.client('dynamodb') }, {}))
    names.push(...(page.TableNames ?? []));
  return names.filter((name) => !own.includes(name) && !hidden.includes(name));
}
