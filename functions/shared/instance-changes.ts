import { type InstanceStateChange, StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { ec2In, ec2OnceIn } from './clients/ec2';
import { nowSeconds } from './clock';
import { errorName } from './error-name';
import { TransientServiceError } from './errors';
import { joined } from './joined-calls';
import { isTransient } from './task';

type Change = (instanceIds: string[]) => Promise<InstanceStateChange[]>;

/** EC2 answers capacity errors as server errors, although a throttled call and one without capacity are not the same. */
const CAPACITY = /^Insufficient/;
/** So many throttled requests in one turn: EC2 has no tokens left for smaller ones either. */
const THROTTLES = 6;
/** A request must follow soon on the answer that its tasks still wait. What is not sent by then waits for its next look. */
const SEND_WITHIN_SECONDS = 5;
/** Well below what one request may have, so that its answer comes soon. */
const MOST_INSTANCES = 500;

/**
 * Starts and stops instances, with those that are changed at the same time in one request, as EC2 counts requests. EC2 changes
 * all instances of a request or none, so a refused request is split until the refused ones are alone; then their error is
 * thrown. Instances that are given together are never split. Safe to repeat: EC2 does not change an instance that is in the
 * state already (API_StartInstances, API_StopInstances).
 */
export const startInstances = changing((region, InstanceIds, isAlone) =>
  (isAlone ? ec2In : ec2OnceIn)(region)
    .send(new StartInstancesCommand({ InstanceIds }))
    .then(({ StartingInstances = [] }) => StartingInstances),
);
export const stopInstances = changing((region, InstanceIds, isAlone) =>
  (isAlone ? ec2In : ec2OnceIn)(region)
    .send(new StopInstancesCommand({ InstanceIds }))
    .then(({ StoppingInstances = [] }) => StoppingInstances),
);

/** True if EC2 refused a start for want of capacity: it may have some later, and the request was not throttled. */
export function lacksCapacity(error: unknown): boolean {
  return CAPACITY.test(errorName(error));
}

/** `isAlone`: nobody else changes instances now, so that the SDK repeats what EC2 refuses for a moment. */
function changing(send: (region: string, instanceIds: string[], isAlone: boolean) => Promise<InstanceStateChange[]>) {
  return joined((region: string, groups: string[][]) => {
    const isAlone = groups.length === 1;
    return changeGroups(groups, (ids) => send(region, ids, isAlone));
  });
}

/** The answer for each group, or its own error. Halves are asked for in turn, so that good ones do not wait for bad ones. */
async function changeGroups(groups: string[][], change: Change): Promise<(InstanceStateChange[] | Error)[]> {
  const answers = new Map<string[], InstanceStateChange[] | Error>();
  const until = nowSeconds() + SEND_WITHIN_SECONDS;
  const batches = batchesOf(groups);
  let throttles = 0;
  let last: Error = new TransientServiceError('The request was left to the next look.');
  for (let batch = batches.shift(); batch; batch = batches.shift()) {
    if (throttles >= THROTTLES || nowSeconds() > until) {
      for (const group of batch) answers.set(group, last);
      continue;
    }
    try {
      const changes = await change(batch.flat());
      for (const group of batch)
        answers.set(
          group,
          changes.filter(({ InstanceId = '' }) => group.includes(InstanceId)),
        );
    } catch (error) {
      const isThrottled = isTransient(error) && !lacksCapacity(error);
      if (isThrottled) {
        throttles += 1;
        last = error as Error;
      }
      const [only] = batch;
      if (batch.length === 1 && only) answers.set(only, error as Error);
      else {
        const middle = Math.ceil(batch.length / 2);
        const halves = [batch.slice(0, middle), batch.slice(middle)];
        // A smaller request may still get the tokens that are left.
        if (isThrottled) batches.unshift(...halves);
        else batches.push(...halves);
      }
    }
  }
  return groups.map((group) => answers.get(group) ?? last);
}

function batchesOf(groups: string[][]): string[][][] {
  const batches: string[][][] = [];
  let size = 0;
  for (const group of groups) {
    const batch = batches.at(-1);
    size += group.length;
    if (batch && size <= MOST_INSTANCES) batch.push(group);
    else {
      batches.push([group]);
      size = group.length;
    }
  }
  return batches;
}
