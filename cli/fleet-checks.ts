import type { BackupJob } from '@aws-sdk/client-backup';
import type { Instance } from '@aws-sdk/client-ec2';
import { answerOf } from '../functions/shared/answer';
import type { Config } from './config-file';
import type { Ec2 as Ec2Client } from './ec2';
import type { Finding } from './finding';
import { part, scheduledInputs } from './scheduled-inputs';
import type { Session } from './session';

const SSM_BATCH_SIZE = 50;
const PARALLEL_LOOKS = 10;
const WORKFLOW = 'pre-post-backup';
/** The roles that start instances: the state's own, and those that look at its wait. */
const STARTING_ROLES = ['StartInstancesFunctionRole', 'ResumeWaitFunctionRole', 'ReconcileWaitsFunctionRole'];
const BUSY_STATES = ['CREATED', 'PENDING', 'RUNNING', 'ABORTING'];

/** Instances that one tag or one list of ids names, and whether a run would stop them. */
interface FleetOf {
  name: string;
  filter: { Name: string; Values: string[] };
  isStopped: boolean;
  /** True if scripts are to run on them. */
  hasScripts: boolean;
}

/**
 * Looks at the instances that the enabled schedules name, or those with the tags that were asked for: whether SSM reaches
 * them, EC2 lets them be stopped and can start them again, and AWS Backup is free. Of tags that were asked for it is not
 * known what a run would do, so everything is looked at.
 */
export async function checkInstances(session: Session, _config: Config, asked: string[]): Promise<Finding[]> {
  const fleets = asked.length > 0 ? asked.map((tag) => fleetByTag(tag)) : await scheduledFleets(session);
  const findings: Finding[] = [];
  for (const fleet of fleets) findings.push(...(await checkFleet(session, fleet)));
  return findings;
}

async function scheduledFleets(session: Session): Promise<FleetOf[]> {
  return (await scheduledInputs(session, WORKFLOW)).flatMap((input) => {
    const { TargetEC2TagKey: key, TargetEC2TagValue: value, TargetEC2Instances: ids } = input;
    const isStopped = input.StartStopEC2Required === true;
    const hasScripts = Object.keys(part(input, 'RemoteRunCommandDetails')).length > 0;
    if (Array.isArray(ids) && ids.length > 0)
      return [
        { name: ids.join(', '), filter: { Name: 'instance-id', Values: ids as string[] }, isStopped, hasScripts },
      ];
    return key === undefined ? [] : [{ ...fleetByTag(`${key}=${value}`), isStopped, hasScripts }];
  });
}

function fleetByTag(tag: string): FleetOf {
  const [key = '', ...value] = tag.split('=');
  const filter = { Name: `tag:${key}`, Values: [value.join('=')] };
  return { name: `instances with ${tag}`, filter, isStopped: true, hasScripts: true };
}

async function checkFleet(session: Session, fleet: FleetOf): Promise<Finding[]> {
  const { paginateDescribeInstances } = await import('./ec2');
  const Filters = [fleet.filter, { Name: 'instance-state-name', Values: ['running'] }];
  const instances: Instance[] = [];
  for await (const page of paginateDescribeInstances({ client: await session.aws.client('ec2') }, { Filters }))
    instances.push(...(page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances));
  const ids = instances.flatMap(({ InstanceId }) => InstanceId ?? []);
  if (ids.length === 0)
    return [{ subject: fleet.name, state: 'none is running', advice: 'Check the tag and the region.' }];
  return [
    ...(fleet.hasScripts ? await checkSsm(session, ids) : []),
    ...(fleet.isStopped ? await checkStops(session, instances) : []),
    ...(fleet.isStopped ? await checkKeys(session, ids) : []),
    ...(await checkJobs(session, ids)),
  ];
}

async function checkSsm({ aws }: Session, ids: string[]): Promise<Finding[]> {
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

/** Instances that EC2 does not let be stopped, or whose stop something else answers. */
async function checkStops({ aws }: Session, instances: Instance[]): Promise<Finding[]> {
  const ec2 = await aws.client('ec2');
  const findings: Finding[] = [];
  await eachOf(instances, async ({ InstanceId = '', RootDeviceType, SpotInstanceRequestId, Tags = [] }) => {
    const subject = `instance ${InstanceId}`;
    const group = Tags.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value;
    if (RootDeviceType === 'instance-store')
      findings.push({ subject, state: 'cannot be stopped (instance store)', advice: 'Back it up without a stop.' });
    if (SpotInstanceRequestId && (await isOneTime(ec2, SpotInstanceRequestId)))
      findings.push({
        subject,
        state: 'a one-time Spot Instance, which cannot be stopped',
        advice: 'Back it up without a stop, or make its Spot request persistent.',
      });
    if (group)
      findings.push({
        subject,
        state: `the Auto Scaling group ${group} would replace it when it stops`,
        advice: 'Back it up without a stop, or detach it from the group.',
      });
    const { DisableApiStop } = await ec2.describeInstanceAttribute({ InstanceId, Attribute: 'disableApiStop' });
    const isProtected = answerOf(DisableApiStop?.Value);
    if (isProtected !== 'no')
      findings.push({
        subject,
        state:
          isProtected === 'yes'
            ? 'protected against a stop'
            : 'EC2 does not say whether it is protected against a stop',
        advice: 'Turn its stop protection off: aws ec2 modify-instance-attribute --no-disable-api-stop.',
      });
  });
  return findings;
}

async function isOneTime(ec2: InstanceType<typeof Ec2Client>, requestId: string): Promise<boolean> {
  const SpotInstanceRequestIds = [requestId];
  const { SpotInstanceRequests } = await ec2.describeSpotInstanceRequests({ SpotInstanceRequestIds });
  return SpotInstanceRequests?.[0]?.Type === 'one-time';
}

async function checkKeys(session: Session, ids: string[]): Promise<Finding[]> {
  const { checkVolumeKeys, volumesByKey } = await import('../functions/shared/volume-keys');
  const { region, accountId, resource } = await session.stack();
  const iam = await session.aws.client('iam');
  const names = await Promise.all(STARTING_ROLES.map(resource));
  const startingRoles = await Promise.all(
    names.map(async (RoleName) => (await iam.getRole({ RoleName })).Role?.Arn ?? RoleName),
  );
  const volumes = await volumesByKey(await session.aws.client('ec2'), ids);
  const look = { kms: await session.aws.client('kms'), iam, region, accountId, startingRoles };
  const findings: Finding[] = [];
  for (const [keyArn, of] of volumes) {
    const subject = `key ${keyArn || 'that EC2 does not name'}`;
    const { problems, warnings } = await checkVolumeKeys(look, new Map([[keyArn, of]]));
    for (const state of [...problems, ...warnings])
      findings.push({ subject, state, advice: 'See docs/operations.md, Volumes under a customer managed key.' });
    if (problems.length + warnings.length === 0) findings.push({ subject, state: 'EC2 can start instances with it' });
  }
  return findings;
}

/** AWS Backup runs one job of an instance at a time, and a run would wait for it. */
async function checkJobs(session: Session, ids: string[]): Promise<Finding[]> {
  const { paginateListBackupJobs } = await import('@aws-sdk/client-backup');
  const { region, accountId, partition } = await session.stack();
  const backup = await session.aws.client('backup');
  const findings: Finding[] = [];
  await eachOf(ids, async (id) => {
    const ByResourceArn = `arn:${partition}:ec2:${region}:${accountId}:instance/${id}`;
    let job: BackupJob | undefined;
    for await (const { BackupJobs = [] } of paginateListBackupJobs({ client: backup }, { ByResourceArn }))
      job ??= BackupJobs.find(({ State = '' }) => BUSY_STATES.includes(State));
    if (job)
      findings.push({
        subject: `instance ${id}`,
        state: `AWS Backup is busy with it: job ${job.BackupJobId} is ${job.State}`,
        advice: 'A run would wait for it for half an hour. If a backup plan makes it, give the schedule another time.',
      });
  });
  return findings;
}

async function eachOf<T>(items: T[], look: (item: T) => Promise<void>): Promise<void> {
  for (let first = 0; first < items.length; first += PARALLEL_LOOKS)
    await Promise.all(items.slice(first, first + PARALLEL_LOOKS).map(look));
}
