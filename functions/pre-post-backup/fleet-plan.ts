import { DEFAULT_START_WINDOW_MINUTES } from '../shared/backup-window';
import { backupIn } from '../shared/clients/backup';
import { requireEnv } from '../shared/config';
import { collect } from '../shared/items';
import { findPastBackups, middleOf, type PastBackup } from '../shared/past-backups';
import { type Cost, costOf, PRICES } from '../shared/prices';
import { allGroups, type Group, groupNumber } from './groups';
import type { ScriptDetails, Settings } from './input';
import { maxMinutesStopped } from './settings';

/** What a dry run says. Times in seconds, and what they are guessed from. */
export interface FleetPlan {
  Targets: number;
  Groups: GroupPlan[];
  /** Groups beyond those that fit. */
  GroupsNotShown?: number;
  PreScript?: ScriptPlan;
  PostScript?: ScriptPlan;
  StopsInstances: number;
  /** Absent where nothing is known of any instance. Scripts are not in it: how long they take is not known before. */
  ExpectedSeconds?: number;
  /** Of the instance that is down longest; without the scripts. */
  ExpectedDowntimeSeconds?: number;
  ExpectedFrom: string;
  SizeInBytes?: number;
  Cost?: Cost;
  /** What ends the run, or a step of it, and when. */
  EndsBy: string[];
}

interface GroupPlan {
  Group: number;
  Instances: string[];
  ExpectedSeconds?: number;
}

type ScriptPlan = Pick<ScriptDetails, 'SourceS3Path' | 'CommandToRun'> & { SecondsAtMost: number };

const REGION = requireEnv('AWS_REGION');
const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const PARTITION = requireEnv('PARTITION');
const GROUPS_SHOWN = 100;
/** Assumed of a stop and of a start with its way to SSM: EC2 names no times. */
const STOP_SECONDS = 60;
const START_SECONDS = 60;
/** Assumed from the request until the snapshots have begun: AWS Backup names no time. */
const BEGIN_SECONDS = 120;

/** What the groups of a run would do to which instances, how long it takes, and what it costs. Only reads. */
export async function planFleet(
  runId: string,
  settings: Settings,
): Promise<{ plan: FleetPlan; instanceIds: Set<string> }> {
  const { BackupVaultName } = settings.BackupDetails;
  const past = await findPastBackups(backupIn(REGION), BackupVaultName, { ByResourceType: 'EC2' });
  const of = (instanceId: string) =>
    past.byResource.get(`arn:${PARTITION}:ec2:${REGION}:${ACCOUNT_ID}:instance/${instanceId}`);
  const groups = await collect(allGroups(runId));
  const instances = groups.flatMap((group) => group.instances);
  const known = instances.flatMap(({ instanceId }) => of(instanceId) ?? []);
  const middle = middleOf(known);
  const expected = (instanceId: string) => of(instanceId) ?? middle;
  const plans = groups.map((group) => planGroup(group, expected, settings));
  const lengths = plans.flatMap(({ ExpectedSeconds }) => (ExpectedSeconds === undefined ? [] : [ExpectedSeconds]));
  const bytes = middle && instances.reduce((sum, { instanceId }) => sum + (expected(instanceId)?.bytes ?? 0), 0);
  const scripts = settings.RemoteRunCommandDetails;
  const seconds = middle && inTurns(lengths, settings.MaxConcurrentGroups);
  const stopped = settings.StartStopEC2Required ? instances.filter(({ wasRunning }) => wasRunning).length : 0;
  const plan = {
    Targets: instances.length,
    Groups: plans.slice(0, GROUPS_SHOWN),
    ...(plans.length > GROUPS_SHOWN && { GroupsNotShown: plans.length - GROUPS_SHOWN }),
    ...(scripts?.PreBackupScriptDetails && { PreScript: planScript(scripts.PreBackupScriptDetails) }),
    ...(scripts?.PostBackupScriptDetails && { PostScript: planScript(scripts.PostBackupScriptDetails) }),
    StopsInstances: stopped,
    ...(seconds !== undefined && { ExpectedSeconds: seconds }),
    ...(middle && stopped > 0 && { ExpectedDowntimeSeconds: Math.max(...lengths) }),
    ExpectedFrom: [
      `${known.length} of ${instances.length} instances have recovery points of the last 35 days in ${BackupVaultName}`,
      ...(known.length < instances.length && middle ? ['the others count as the middle of these'] : []),
      ...(stopped > 0 ? [`a stop and a start count ${STOP_SECONDS} s and ${START_SECONDS} s, scripts nothing`] : []),
      ...(past.refusal ? [past.refusal] : []),
    ].join('; '),
    ...(bytes !== undefined && { SizeInBytes: bytes, Cost: costOf(bytes, { monthly: PRICES.ebsSnapshotMonth }) }),
    EndsBy: endsOf(settings),
  };
  return { plan, instanceIds: new Set(instances.map(({ instanceId }) => instanceId)) };
}

function planGroup(group: Group, expected: (id: string) => PastBackup | undefined, settings: Settings): GroupPlan {
  const { StartStopEC2Required, ResumeAfter } = settings;
  const backups = group.instances.map(({ instanceId }) => expected(instanceId)?.seconds);
  const backup = ResumeAfter === 'SnapshotStarted' ? BEGIN_SECONDS : Math.max(...backups.map((each) => each ?? 0));
  const around = StartStopEC2Required ? STOP_SECONDS + START_SECONDS : 0;
  return {
    Group: groupNumber(group),
    Instances: group.instances.map(({ instanceId, name }) => (name ? `${instanceId} (${name})` : instanceId)),
    ...(backups.every((each) => each !== undefined) && { ExpectedSeconds: around + backup }),
  };
}

/** How long tasks take of which so many run at a time, each as soon as another one has ended. */
function inTurns(seconds: number[], atOnce: number): number {
  const ends = Array.from({ length: Math.min(atOnce, seconds.length) }, () => 0);
  for (const each of seconds) {
    const first = ends.indexOf(Math.min(...ends));
    ends[first] = (ends[first] ?? 0) + each;
  }
  return Math.max(0, ...ends);
}

function planScript({
  SourceS3Path,
  CommandToRun,
  TimeoutInSeconds,
  ExecutionTimeoutInSeconds,
}: ScriptDetails): ScriptPlan {
  return { SourceS3Path, CommandToRun, SecondsAtMost: TimeoutInSeconds + ExecutionTimeoutInSeconds };
}

function endsOf(settings: Settings): string[] {
  const { StartWindowMinutes = DEFAULT_START_WINDOW_MINUTES, CompleteWindowMinutes } = settings.BackupDetails;
  return [
    ...(settings.RemoteRunCommandDetails?.PreBackupScriptDetails
      ? [`a pre script that fails: OnScriptFailure is ${settings.OnScriptFailure}`]
      : []),
    ...(settings.StartStopEC2Required
      ? [
          `${maxMinutesStopped(settings)} min after the stop a backup job that has not begun is given up, and the instances are started`,
        ]
      : []),
    `AWS Backup ends a job that has not begun after ${StartWindowMinutes} min`,
    CompleteWindowMinutes
      ? `AWS Backup ends a job that is not complete after ${CompleteWindowMinutes} min`
      : 'AWS Backup ends a job after 7 days',
    'the execution ends after 40 days',
  ];
}
