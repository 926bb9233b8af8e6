import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';

// Lives as long as the container.
let invocations = 0;
const ec2 = new EC2Client({});

export const count = async () => {
  invocations += 1;
  return invocations;
};

export const readEnvironment = async () => ({
  stage: process.env.STAGE,
  path: process.env.PATH,
  region: process.env.AWS_REGION,
});

export const wait = async ({ seconds }: { seconds: number }, context: { getRemainingTimeInMillis(): number }) => {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  invocations += 1;
  return { remaining: context.getRemainingTimeInMillis(), invocations };
};

export const readClock = async () => {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
  const launched = Reservations?.[0]?.Instances?.[0]?.LaunchTime;
  return {
    now: Date.now(),
    made: Date.parse(new Date().toISOString()),
    given: Number(new Date(5)),
    isTime: launched instanceof Date,
  };
};

export const callTwice = async () => {
  await ec2.send(new DescribeInstancesCommand({}));
  await ec2.send(new DescribeInstancesCommand({}));
  return 'both';
};

export const fail = async ({ how }: { how: 'class' | 'text' }) => {
  if (how === 'text') throw 'just text';
  throw new TargetBusyError('i-1 is in another run');
};

export const answer = async (value: unknown) => value;

export const forget = async () => undefined;

export const log = async () => {
  console.log('to the console');
  process.stdout.write('to standard output\n');
};

class TargetBusyError extends Error {
  override name = 'TargetBusyError';
}
