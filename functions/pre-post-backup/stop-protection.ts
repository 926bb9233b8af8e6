import { DescribeInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { answerOf } from '../shared/answer';
import { ec2In } from '../shared/clients/ec2';
import { requireEnv } from '../shared/config';
import { inBatches } from '../shared/in-batches';
import { describeError, throwIfEarly } from '../shared/task';

const REGION = requireEnv('AWS_REGION');
const PARALLEL_LOOKS = 10;
/** The look costs a call an instance. Of a larger fleet each group looks, right before its pre script. */
export const LOOKS_IN_PREFLIGHT = 200;

/**
 * Returns the instances that EC2 protects against a stop (API_DescribeInstanceAttribute, disableApiStop), and why others
 * could not be looked at. StopInstances refuses the protected ones, and with them the whole group. A refused look says
 * nothing about the instance. Throws transient errors.
 */
export async function findStopProtected(
  instanceIds: string[],
): Promise<{ found: string[]; refused: Record<string, string> }> {
  const found: string[] = [];
  const refused: Record<string, string> = {};
  await inBatches(instanceIds, PARALLEL_LOOKS, async (InstanceId) => {
    try {
      const look = new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'disableApiStop' });
      const answer = answerOf((await ec2In(REGION).send(look)).DisableApiStop?.Value);
      if (answer === 'yes') found.push(InstanceId);
      if (answer === 'unknown') refused[InstanceId] = 'EC2 does not say whether it protects it against a stop';
    } catch (error) {
      throwIfEarly(error);
      refused[InstanceId] = `whether EC2 protects it against a stop could not be looked up (${describeError(error)})`;
    }
  });
  return { found: found.sort(), refused };
}
