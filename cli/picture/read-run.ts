import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Group, Step } from '../../functions/pre-post-backup/groups';
import type { RunRecord } from '../../functions/shared/runs/runs';
import type { Wait } from '../../functions/shared/waits/waits';
import { getGroups, getRun, getWaits, isExecution } from '../runs';
import type { Reader } from '../session';
import type { WaitsOfGroup } from './lanes-of-fleet';

/** Everything that the account keeps of a run, as the picture needs it. */
export interface RunData {
  runId: string;
  /** The account's present, where what is not over ends. Milliseconds since 1970. */
  now: number;
  execution?: { status?: string; startDate?: Date; stopDate?: Date; error?: string; cause?: string };
  record?: RunRecord;
  /** The histories of the execution, of its undo, and of a small fleet's groups; an empty list where AWS keeps none any more. */
  histories: { name: string; isGroup?: true; events: HistoryEvent[] }[];
  groups: { group: Group; waits: WaitsOfGroup }[];
  /** The tag Name by instance id. */
  names: Record<string, string>;
  /** What could not be read, and why. */
  gaps: string[];
}

const PAGE_SIZE = 1000;
/** Each group is an execution with a history of its own: of more groups the records say enough. */
const MOST_GROUP_HISTORIES = 20;
const STEPS: Step[] = ['preScript', 'stop', 'backup', 'start', 'postScript', 'backupEnd'];
const DESCRIBED_AT_ONCE = 100;

/** Reads a run from the account. What is only to look nicer, such as names, may be refused: then it is a gap. Reads only. */
export async function readRun(session: Reader, runId: string): Promise<RunData> {
  const sfn = isExecution(runId) ? await session.aws.client('sfn') : undefined;
  const execution = await sfn?.describeExecution({ executionArn: runId });
  const record = await getRun(session, runId, execution?.startDate);
  const gaps: string[] = [];
  const groups = record?.groupCount ? await readGroups(session, record.runId) : [];
  const histories: RunData['histories'] = [];
  if (sfn) {
    histories.push({ name: 'steps', events: await historyOf(session, runId, gaps) });
    if (groups.length <= MOST_GROUP_HISTORIES) histories.push(...(await groupHistories(session, runId, gaps)));
    else gaps.push(`The steps of ${groups.length} groups are drawn from the run's record, without their retries.`);
    if (record?.undoExecutionArn)
      histories.push({ name: 'undo', events: await historyOf(session, record.undoExecutionArn, gaps) });
  }
  const instanceIds = groups.flatMap(({ group }) => group.instances.map(({ instanceId }) => instanceId));
  return {
    runId,
    now: session.aws.now(),
    ...(execution && { execution }),
    ...(record && { record }),
    histories,
    groups,
    names: await namesOf(session, instanceIds, gaps),
    gaps,
  };
}

async function historyOf(session: Reader, executionArn: string, gaps: string[]): Promise<HistoryEvent[]> {
  const sfn = await session.aws.client('sfn');
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  try {
    do {
      const page = await sfn.getExecutionHistory({ executionArn, maxResults: PAGE_SIZE, nextToken });
      events.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
  } catch (error) {
    // Step Functions keeps histories for 90 days, the record of a run stays for 400.
    gaps.push(`The history of ${executionArn.split(':').at(-1)} could not be read: ${(error as Error).name}.`);
  }
  return events;
}

async function groupHistories(session: Reader, executionArn: string, gaps: string[]): Promise<RunData['histories']> {
  const sfn = await session.aws.client('sfn');
  const { mapRuns = [] } = await sfn.listMapRuns({ executionArn });
  const histories: RunData['histories'] = [];
  for (const { mapRunArn } of mapRuns) {
    const { executions = [] } = await sfn.listExecutions({ mapRunArn, maxResults: MOST_GROUP_HISTORIES });
    for (const { executionArn: child = '' } of executions) {
      const events = await historyOf(session, child, gaps);
      histories.push({ name: groupName(events), isGroup: true, events });
    }
  }
  return histories;
}

/** `group 2`, by the input that the map gave to the group's execution. */
function groupName([started]: HistoryEvent[]): string {
  try {
    const { group } = JSON.parse(started?.executionStartedEventDetails?.input ?? '') as { group?: number };
    return group === undefined ? 'group' : `group ${group + 1}`;
  } catch {
    return 'group';
  }
}

async function readGroups(session: Reader, runId: string): Promise<RunData['groups']> {
  const groups = await getGroups(session, runId);
  const id = ({ item }: Group, step: Step) => `${runId}#${item}#${step}`;
  const waits = await getWaits(
    session,
    groups.flatMap((group) => STEPS.map((step) => id(group, step))),
  );
  const byId = new Map<string, Wait>(waits.map((wait) => [wait.id, wait]));
  return groups.map((group) => ({
    group,
    waits: Object.fromEntries(
      STEPS.flatMap((step) => {
        const wait = byId.get(id(group, step));
        return wait ? [[step, wait]] : [];
      }),
    ),
  }));
}

async function namesOf(session: Reader, ids: string[], gaps: string[]): Promise<Record<string, string>> {
  const names: Record<string, string> = {};
  try {
    const ec2 = await session.aws.client('ec2');
    for (let first = 0; first < ids.length; first += DESCRIBED_AT_ONCE) {
      // A filter, unlike a list of ids, leaves out instances that are gone.
      const Values = ids.slice(first, first + DESCRIBED_AT_ONCE);
      const { Reservations = [] } = await ec2.describeInstances({ Filters: [{ Name: 'instance-id', Values }] });
      for (const { InstanceId = '', Tags } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
        const name = Tags?.find(({ Key }) => Key === 'Name')?.Value;
        if (name) names[InstanceId] = name;
      }
    }
  } catch (error) {
    gaps.push(`The names of the instances could not be read: ${(error as Error).name}.`);
  }
  return names;
}
