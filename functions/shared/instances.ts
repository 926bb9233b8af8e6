import { type EC2Client, type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';

/** EC2 takes at most 200 values in a filter (API_Filter). */
export const FILTER_VALUES_LIMIT = 200;

/**
 * Describes instances by id. Filters rather than InstanceIds: an id that does not exist is then left out of the answer
 * instead of making the whole request fail. Every page and every instance of a reservation is read.
 */
export async function describeInstances(ec2: EC2Client, instanceIds: string[]): Promise<Map<string, Instance>> {
  const found = new Map<string, Instance>();
  for (let first = 0; first < instanceIds.length; first += FILTER_VALUES_LIMIT) {
    const filters = [{ Name: 'instance-id', Values: instanceIds.slice(first, first + FILTER_VALUES_LIMIT) }];
    for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters: filters })) {
      for (const instance of page.Reservations?.flatMap((reservation) => reservation.Instances ?? []) ?? []) {
        if (instance.InstanceId) found.set(instance.InstanceId, instance);
      }
    }
  }
  return found;
}
