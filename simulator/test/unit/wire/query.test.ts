import * as autoScalingPackage from '@aws-sdk/client-auto-scaling';
import * as iamPackage from '@aws-sdk/client-iam';
import * as snsPackage from '@aws-sdk/client-sns';
import { AwsError } from '../../../errors';
import { wired, withoutMetadata } from './round-trip';

const { AutoScalingClient } = autoScalingPackage;
const { IAMClient } = iamPackage;
const { SNSClient } = snsPackage;

it('reads maps of structures and any character', async () => {
  const { client, received } = wired(snsPackage, SNSClient);
  const input = {
    TopicArn: 'arn:aws:sns:eu-west-1:111122223333:runs',
    Subject: 'a&b=c %20 +',
    Message: 'Zeile 1\nZeile 2 "Ü" <x> 😀',
    MessageAttributes: {
      outcome: { DataType: 'String', StringValue: 'FAILED' },
      bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
    },
  };

  await client.send(new snsPackage.PublishCommand(input));

  expect(received[0]).toMatchObject({
    operation: 'Publish',
    input: { ...input, MessageAttributes: expect.anything() },
  });
  const attributes = received[0]?.input.MessageAttributes as typeof input.MessageAttributes;
  expect(attributes.outcome).toEqual(input.MessageAttributes.outcome);
  expect([...attributes.bytes.BinaryValue]).toEqual([0, 255]);
});

it('reads lists in their order, also more than nine, with numbers, booleans and dates in their types', async () => {
  const { client, received } = wired(autoScalingPackage, AutoScalingClient);
  const AutoScalingGroupNames = Array.from({ length: 12 }, (_, index) => `group-${index}`);
  const scheduled = {
    AutoScalingGroupName: 'builders',
    ScheduledActionName: 'night',
    StartTime: new Date('2026-11-20T22:00:00Z'),
    DesiredCapacity: 1,
  };

  await client.send(new autoScalingPackage.DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames, MaxRecords: 50 }));
  await client.send(
    new autoScalingPackage.SetDesiredCapacityCommand({
      AutoScalingGroupName: 'builders',
      DesiredCapacity: 0,
      HonorCooldown: false,
    }),
  );
  await client.send(new autoScalingPackage.PutScheduledUpdateGroupActionCommand(scheduled));

  expect(received.map(({ input }) => input)).toEqual([
    { AutoScalingGroupNames, MaxRecords: 50 },
    { AutoScalingGroupName: 'builders', DesiredCapacity: 0, HonorCooldown: false },
    scheduled,
  ]);
});

it('writes lists, maps, dates and any character', async () => {
  const Role = {
    Path: '/',
    RoleName: 'a&b <ü> 😀',
    RoleId: 'AROA1',
    Arn: 'arn:aws:iam::111122223333:role/a',
    CreateDate: new Date('2026-11-20T22:00:00Z'),
    MaxSessionDuration: 3600,
    Tags: [{ Key: 'k', Value: '' }],
  };
  const { client: iam } = wired(iamPackage, IAMClient, { Role });
  const { client: sns } = wired(snsPackage, SNSClient, { Attributes: { Owner: '1', Policy: '{"a":"<ü>"}' } });

  const role = await iam.send(new iamPackage.GetRoleCommand({ RoleName: 'a' }));
  const topic = await sns.send(new snsPackage.GetTopicAttributesCommand({ TopicArn: 'arn' }));

  expect(withoutMetadata(role)).toEqual({ Role });
  expect(withoutMetadata(topic)).toEqual({ Attributes: { Owner: '1', Policy: '{"a":"<ü>"}' } });
});

it('keeps an empty list from one that is not there', async () => {
  const { client } = wired(iamPackage, IAMClient, { PolicyNames: [], IsTruncated: false });

  const output = await client.send(new iamPackage.ListRolePoliciesCommand({ RoleName: 'a' }));

  expect(withoutMetadata(output)).toEqual({ PolicyNames: [], IsTruncated: false });
});

it('answers with nothing where there is nothing to say', async () => {
  const { client } = wired(iamPackage, IAMClient);

  const output = await client.send(
    new iamPackage.PutRolePolicyCommand({ RoleName: 'a', PolicyName: 'p', PolicyDocument: '{}' }),
  );

  expect(withoutMetadata(output)).toEqual({});
});

it('writes an error with its class, message and status', async () => {
  const error = new AwsError('NoSuchEntity', 'The role "<a> & ü" cannot be found.', 404);
  const { client } = wired(iamPackage, IAMClient, error);

  const asking = client.send(new iamPackage.GetRoleCommand({ RoleName: 'a' }));

  await expect(asking).rejects.toBeInstanceOf(iamPackage.NoSuchEntityException);
  await expect(asking).rejects.toMatchObject({
    message: 'The role "<a> & ü" cannot be found.',
    $metadata: { httpStatusCode: 404 },
  });
});
