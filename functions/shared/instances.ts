import { type EC2Client, type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { joined } from './joined-calls';

/** EC2 takes at most 200 values in a filter (API_Filter). */
export const FILTER_VALUES_LIMIT = 200;

/**
 * Describes instances by id. Filters rather than InstanceIds: an id that does not exist is then left out of the answer
 * instead of making the whole request fail. Every page and every instance of a reservation is read. What is asked for at
 * the same time is asked of EC2 together.
 */
export const describeInstances = joined(describeLists);

async function describeLists(ec2: EC2Client, lists: string[][]): Promise<Map<string, Instance>[]> {
  const found = new Map<string, Instance>();
  const instanceIds = [...new Set(lists.flat())];
  for (let first = 0; first < instanceIds.length; first += FILTER_VALUES_LIMIT) {
    const filters = [{ Name: 'instance-id', Values: instanceIds.slice(first, first + FILTER_VALUES_LIMIT) }];
    for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters: filters })) {
      for (const instance of page.Reservations?.flatMap((reservation) => reservation.Instances ?? []) ?? []) {
        if (instance.InstanceId) found.set(instance.InstanceId, instance);
      }
    }
  }
  return lists.map((ids) => new Map([...found].filter(([id]) => ids.includes(id))));
}

/** Whether an instance in this state is gone for good, or about to be. */
export function isGoneState(state: string | undefined): boolean {
  return state === 'terminated' || state === 'shutting-down';
}
