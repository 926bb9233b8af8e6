import {
  type Filter,
  type Instance,
  type InstanceStateName,
  paginateDescribeInstances,
  paginateDescribeSpotInstanceRequests,
} from '@aws-sdk/client-ec2';
import { ec2In } from '../shared/clients/ec2';
import { requireEnv } from '../shared/config';
import type { Findings } from '../shared/findings';
import { describeInstances, FILTER_VALUES_LIMIT } from '../shared/instances';
import { describeError, throwIfEarly } from '../shared/task';
import { TEST_MARK } from '../shared/test-mark';
import { type Group, type GroupInstance, groupItem } from './groups';
import type { Lookup } from './input';
import { findStopProtected, LOOKS_IN_PREFLIGHT } from './stop-protection';

/** What a lookup found: the fleet in its consistency groups. */
interface Fleet extends Findings {
  groups: Group[];
  isLargeFleet: boolean;
  /** Instances in a state that another run may have brought them into. */
  perhapsHeld: string[];
}

const REGION = requireEnv('AWS_REGION');
/** The template has the same key in its conditions: CloudFormation cannot make a key of a parameter. */
const REQUIRED_TAG_KEY = 'backup-workflows-target';
const REQUIRED_TAG_VALUE = process.env.REQUIRED_TARGET_TAG_VALUE ?? '';
/** A larger group would not fit into its record (400 KB) together with its report. */
const GROUP_SIZE_LIMIT = 500;
const ALIVE: InstanceStateName[] = ['pending', 'running', 'stopping', 'stopped'];

/** Finds the instances that a lookup names, says what is wrong with them, and splits them into groups. Reads only. */
export async function findFleet(runId: string, lookup: Lookup): Promise<Fleet> {
  const { instanceIds, tag, groupBy, isStopRequired, hasScripts, minimumTargets = 0 } = lookup;
  const problems: string[] = [];
  const warnings: string[] = [];
  const instances: Instance[] = [];
  if (instanceIds.length > 0) instances.push(...(await findByIds(instanceIds, problems)));
  else if (tag) instances.push(...(await findByTag(tag.key, tag.value, problems)));
  if (instances.length < minimumTargets)
    problems.push(`MinimumTargets: found ${instances.length} instances, fewer than ${minimumTargets}`);
  problems.push(...notAllowed(instances));
  if (isStopRequired) problems.push(...(await cannotBeStopped(instances, warnings)));
  if (isStopRequired && instances.length <= LOOKS_IN_PREFLIGHT) {
    const looked = await areProtected(instances);
    problems.push(...looked.problems);
    warnings.push(...looked.warnings);
  }
  const changing = isStopRequired || hasScripts ? instances.filter(isChanging) : [];
  problems.push(
    ...changing.map(({ InstanceId, State }) => `${InstanceId} is ${State?.Name}; wait until it is running or stopped`),
  );
  const groups = splitIntoGroups(runId, instances, groupBy);
  for (const { instances: members } of groups.filter(({ instances: members }) => members.length > GROUP_SIZE_LIMIT))
    problems.push(
      `GroupBy: a group has ${members.length} instances, at most ${GROUP_SIZE_LIMIT} can go in step; group by a tag`,
    );
  return {
    problems,
    warnings,
    groups,
    isLargeFleet: instances.length > LOOKS_IN_PREFLIGHT,
    perhapsHeld: changing.flatMap(({ InstanceId }) => InstanceId ?? []),
  };
}

async function findByIds(ids: string[], problems: string[]): Promise<Instance[]> {
  const found = await describeInstances(ec2In(REGION), ids);
  const instances: Instance[] = [];
  for (const id of new Set(ids)) {
    const instance = found.get(id);
    if (!instance) problems.push(`TargetEC2Instances: ${id} does not exist in ${REGION}`);
    else if (!isAlive(instance)) problems.push(`TargetEC2Instances: ${id} is ${instance.State?.Name}`);
    else instances.push(instance);
  }
  return instances;
}

async function findByTag(key: string, value: string, problems: string[]): Promise<Instance[]> {
  // EC2 reads * and ? in a filter as wildcards; here they are part of the value.
  const literal = value.replace(/[\\*?]/g, '\\$&');
  const filters: Filter[] = [
    { Name: `tag:${key}`, Values: [literal] },
    { Name: 'instance-state-name', Values: ALIVE },
  ];
  const instances: Instance[] = [];
  for await (const page of paginateDescribeInstances({ client: ec2In(REGION), pageSize: 1000 }, { Filters: filters })) {
    const found = page.Reservations?.flatMap((reservation) => reservation.Instances ?? []) ?? [];
    // What was restored for a test may have its source's tags.
    instances.push(...found.filter(({ Tags }) => !Tags?.some((tag) => tag.Key === TEST_MARK)));
  }
  if (instances.length === 0) problems.push(`no instance in ${REGION} has the tag ${key}=${value}`);
  return instances;
}

function isAlive(instance: Instance): boolean {
  return instance.State?.Name !== undefined && ALIVE.includes(instance.State.Name);
}

/**
 * Finds instances that cannot be stopped, or that a stop would replace (EC2 User Guide, "Stop and start Amazon EC2
 * instances"). What could not be looked up is added to `warnings`.
 */
async function cannotBeStopped(instances: Instance[], warnings: string[]): Promise<string[]> {
  const problems: string[] = [];
  const spotRequests = instances.flatMap((instance) => instance.SpotInstanceRequestId ?? []);
  const oneTime = await findOneTimeRequests(spotRequests, warnings);
  for (const { InstanceId: id, RootDeviceType, SpotInstanceRequestId, Tags } of instances) {
    const autoScalingGroup = Tags?.find((tag) => tag.Key === 'aws:autoscaling:groupName')?.Value;
    if (RootDeviceType === 'instance-store')
      problems.push(`${id} has an instance store root device and cannot be stopped`);
    if (SpotInstanceRequestId && oneTime.has(SpotInstanceRequestId)) {
      problems.push(`${id} is a one-time Spot Instance and cannot be stopped`);
    }
    if (autoScalingGroup)
      problems.push(
        `${id} belongs to the Auto Scaling group ${autoScalingGroup}, which would replace it when it stops`,
      );
  }
  return problems;
}

/** Finds instances that the stack's roles may not touch: IAM asks for the tag at every command and every stop. */
function notAllowed(instances: Instance[]): string[] {
  if (REQUIRED_TAG_VALUE === '') return [];
  return instances
    .filter(({ Tags }) => !Tags?.some(({ Key, Value }) => Key === REQUIRED_TAG_KEY && Value === REQUIRED_TAG_VALUE))
    .map(
      ({ InstanceId }) =>
        `${InstanceId} has not the tag ${REQUIRED_TAG_KEY}=${REQUIRED_TAG_VALUE} that this stack asks for (parameter RequiredTargetTagValue)`,
    );
}

/** Finds instances that EC2 protects against a stop. One that is stopped needs none. */
async function areProtected(instances: Instance[]): Promise<Findings> {
  const running = instances
    .filter(({ State }) => State?.Name === 'running')
    .flatMap(({ InstanceId }) => InstanceId ?? []);
  const { found, refused } = await findStopProtected(running);
  const [first, ...others] = Object.entries(refused);
  return {
    problems: found.map(
      (id) =>
        `${id} is protected against a stop; turn its stop protection off (ModifyInstanceAttribute, DisableApiStop)`,
    ),
    // One line: what is refused of one is refused of all.
    warnings: first ? [`${first[0]}${others.length > 0 ? ` and ${others.length} more` : ''}: ${first[1]}`] : [],
  };
}

/** Whether an instance must be frozen and started again is unknown while its state changes. */
function isChanging({ State }: Instance): boolean {
  return State?.Name === 'pending' || State?.Name === 'stopping';
}

async function findOneTimeRequests(ids: string[], warnings: string[]): Promise<Set<string>> {
  const oneTime = new Set<string>();
  try {
    for (let first = 0; first < ids.length; first += FILTER_VALUES_LIMIT) {
      const filters = [{ Name: 'spot-instance-request-id', Values: ids.slice(first, first + FILTER_VALUES_LIMIT) }];
      for await (const page of paginateDescribeSpotInstanceRequests({ client: ec2In(REGION) }, { Filters: filters })) {
        for (const request of page.SpotInstanceRequests ?? []) {
          if (request.Type === 'one-time' && request.SpotInstanceRequestId) oneTime.add(request.SpotInstanceRequestId);
        }
      }
    }
  } catch (error) {
    throwIfEarly(error);
    warnings.push(`whether Spot Instances can be stopped could not be looked up (${describeError(error)})`);
  }
  return oneTime;
}

function splitIntoGroups(runId: string, instances: Instance[], groupBy: string | undefined): Group[] {
  const byName = new Map<string, GroupInstance[]>();
  const sorted = [...instances].sort((a, b) => (a.InstanceId ?? '').localeCompare(b.InstanceId ?? ''));
  for (const instance of sorted) {
    const instanceId = instance.InstanceId ?? '';
    const name = groupName(instance, groupBy);
    const members = byName.get(name) ?? [];
    const isWindows = instance.Platform === 'Windows' || instance.PlatformDetails?.startsWith('Windows');
    const tag = instance.Tags?.find(({ Key }) => Key === 'Name')?.Value;
    members.push({
      instanceId,
      wasRunning: instance.State?.Name === 'running',
      ...(isWindows && { isWindows }),
      ...(tag && { name: tag }),
    });
    byName.set(name, members);
  }
  return [...byName.values()].map((members, index) => ({ runId, item: groupItem(index), instances: members }));
}

/** An instance without the tag is a group of its own. */
function groupName(instance: Instance, groupBy: string | undefined): string {
  if (groupBy === 'all') return 'all';
  const tag = instance.Tags?.find(({ Key }) => groupBy === `tag:${Key}`);
  return tag ? `tag:${tag.Value}` : `instance:${instance.InstanceId}`;
}
