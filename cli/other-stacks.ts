import type { Config } from './config-file';
import type { Finding } from './finding';
import { part, scheduledInputs } from './scheduled-inputs';
import type { Session } from './session';

type Values = Record<string, string>;

/** Outputs that no other template has together. */
const OURS = ['RunsTableName', 'DashboardName', 'RequestRunsPolicyArn'];

/**
 * Finds the other stacks of this suite in the account and region, and what they back up too. Runs of two stacks on one
 * target refuse each other; schedules on one target back it up twice, or one of them fails every night.
 */
export async function checkOtherStacks(session: Session, _config: Config): Promise<Finding[]> {
  const { name, parameters } = await session.stack();
  const { paginateDescribeStacks } = await import('./cloud-formation');
  const findings: Finding[] = [];
  const own = [...(await ownTargets(session)), ...fileSystemsOf(parameters)];
  for await (const { Stacks = [] } of paginateDescribeStacks(
    { client: await session.aws.client('cloudFormation') },
    {},
  ))
    for (const { StackName = '', Outputs = [], Parameters = [] } of Stacks) {
      const outputs = Outputs.map(({ OutputKey }) => OutputKey);
      if (StackName === name || !OURS.every((output) => outputs.includes(output))) continue;
      const theirs = targetsOf(
        Object.fromEntries(
          Parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
        ),
      );
      const shared = own.filter((target) => theirs.includes(target));
      findings.push({
        subject: `stack ${StackName}`,
        state:
          shared.length > 0
            ? `works on ${shared.join(', ')} too`
            : 'is another one of this suite; no target of its parameters is one of this stack',
        ...(shared.length > 0 && { advice: 'Give each stack tags, file systems and tables of its own.' }),
      });
    }
  return findings;
}

/** What the enabled schedules of this stack work on, as they are now. */
async function ownTargets(session: Session): Promise<string[]> {
  return [
    ...(await scheduledInputs(session, 'pre-post-backup')).flatMap(fleetsOf),
    ...(await scheduledInputs(session, 'efs-backup')).flatMap(fileSystemOf),
  ];
}

/** What a stack's parameters say that it works on. A schedule may have been changed since. */
function targetsOf(parameters: Values): string[] {
  const input = (name: string) =>
    parameters[`${name}ScheduleState`] === 'ENABLED' ? [parse(parameters[`${name}ScheduleInput`])] : [];
  return [
    ...input('PrePostBackup').flatMap(fleetsOf),
    ...input('EfsBackup').flatMap(fileSystemOf),
    ...fileSystemsOf(parameters),
  ];
}

function fleetsOf({
  TargetEC2TagKey: key,
  TargetEC2TagValue: value,
  TargetEC2Instances: ids,
}: Record<string, unknown>): string[] {
  if (Array.isArray(ids) && ids.length > 0) return ids.map(String);
  return key === undefined ? [] : [`instances with ${key}=${value}`];
}

function fileSystemOf({ FileSystemID }: Record<string, unknown>): string[] {
  return typeof FileSystemID === 'string' ? [FileSystemID] : [];
}

/** The file systems of EFS-to-EFS. */
function fileSystemsOf({
  EfsToEfsSourceFileSystemId: source,
  EfsToEfsDestinationFileSystemId: destination,
}: Values): string[] {
  return [source, destination].filter((id) => id !== undefined && id !== '') as string[];
}

function parse(text = '{}'): Record<string, unknown> {
  try {
    return part({ input: JSON.parse(text) }, 'input');
  } catch {
    return {};
  }
}
