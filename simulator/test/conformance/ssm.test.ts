import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  EC2Client,
  type Filter,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CancelCommandCommand,
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  ListCommandsCommand,
  SendCommandCommand,
  type SendCommandCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { type Arrangement, type Aws, conformance } from './harness';

const ABSENT = 'i-0123456789abcdef0';
const NO_COMMAND = '01234567-89ab-cdef-0123-456789abcdef';
const TAG = { Key: 'app', Value: 'web' };
const SCRIPT = { DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['freeze'] } };

/** Two managed instances that run, with the same tag. */
const arrangement: Arrangement = {
  simulator: (account) =>
    account.region().ec2.load({
      instances: ['i-0000000000000000a', 'i-0000000000000000b'].map((InstanceId) => ({
        InstanceId,
        Tags: { [TAG.Key]: TAG.Value },
      })),
    }),
  async moto(aws) {
    const ec2 = aws.client(EC2Client);
    const launch = new RunInstancesCommand({ ImageId: 'ami-12c6146b', MinCount: 2, MaxCount: 2 });
    const Resources = ((await ec2.send(launch)).Instances ?? []).map(({ InstanceId = '' }) => InstanceId);
    await ec2.send(new CreateTagsCommand({ Resources, Tags: [TAG] }));
  },
};

async function instanceIds(aws: Aws): Promise<string[]> {
  const Filters: Filter[] = [{ Name: `tag:${TAG.Key}`, Values: [TAG.Value] }];
  const { Reservations = [] } = await aws.client(EC2Client).send(new DescribeInstancesCommand({ Filters }));
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = '' }) => InstanceId)).sort();
}

async function send(aws: Aws, input: Partial<SendCommandCommandInput>) {
  const { Command } = await aws.client(SSMClient).send(new SendCommandCommand({ ...SCRIPT, ...input }));
  return Command;
}

conformance(
  'SSM',
  (behaves) => {
    behaves('a command answers with its id and what it was asked for', async (aws) => {
      const InstanceIds = await instanceIds(aws);

      const command = await send(aws, { InstanceIds, Comment: 'nightly backup', TimeoutSeconds: 600 });

      expect(command).toMatchObject({
        CommandId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        DocumentName: 'AWS-RunShellScript',
        Comment: 'nightly backup',
        Parameters: SCRIPT.Parameters,
        RequestedDateTime: expect.any(Date),
        ExpiresAfter: expect.any(Date),
      });
      expect([...(command?.InstanceIds ?? [])].sort()).toEqual(InstanceIds);
    });

    behaves('a command comes to success on every instance', async (aws) => {
      const ssm = aws.client(SSMClient);
      const InstanceIds = await instanceIds(aws);
      const { CommandId } = (await send(aws, { InstanceIds })) ?? {};

      const command = await aws.eventually(async () => {
        const { Commands } = await ssm.send(new ListCommandsCommand({ CommandId }));
        return Commands?.[0]?.Status === 'Success' && Commands[0];
      });
      const invocation = await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: InstanceIds[1] }));

      expect(command).toMatchObject({ CommandId, TargetCount: 2, CompletedCount: 2, ErrorCount: 0 });
      expect(invocation).toMatchObject({
        CommandId,
        InstanceId: InstanceIds[1],
        DocumentName: 'AWS-RunShellScript',
        Status: 'Success',
        StatusDetails: 'Success',
        ResponseCode: 0,
      });
    });

    behaves('a command goes to all instances that have the tag', async (aws) => {
      const ssm = aws.client(SSMClient);
      const InstanceIds = await instanceIds(aws);
      const { CommandId } = (await send(aws, { Targets: [{ Key: 'tag:app', Values: ['web'] }] })) ?? {};

      for (const InstanceId of InstanceIds) {
        const { Status } = await aws.eventually(async () => {
          try {
            return await ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId }));
          } catch (error) {
            if ((error as Error).name === 'InvocationDoesNotExist') return undefined;
            throw error;
          }
        });
        expect(['Pending', 'InProgress', 'Success']).toContain(Status);
      }
    });

    behaves('commands are found by the instance', async (aws) => {
      const ssm = aws.client(SSMClient);
      const [first, second] = await instanceIds(aws);
      const mine = await send(aws, { InstanceIds: [first ?? ''] });
      await send(aws, { InstanceIds: [second ?? ''] });

      const found = await aws.eventually(async () => {
        const { Commands } = await ssm.send(new ListCommandsCommand({ InstanceId: first }));
        return Commands?.length ? Commands : undefined;
      });

      expect(found.map(({ CommandId }) => CommandId)).toEqual([mine?.CommandId]);
    });

    behaves('an invocation of an instance that was not asked does not exist', async (aws) => {
      const ssm = aws.client(SSMClient);
      const [first, second] = await instanceIds(aws);
      const { CommandId } = (await send(aws, { InstanceIds: [first ?? ''] })) ?? {};

      const get = ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: second }));

      await expect(get).rejects.toMatchObject({ name: 'InvocationDoesNotExist' });
    });

    behaves('a command that does not exist cannot be listed', async (aws) => {
      const list = aws.client(SSMClient).send(new ListCommandsCommand({ CommandId: NO_COMMAND }));

      await expect(list).rejects.toMatchObject({ name: 'InvalidCommandId', $metadata: { httpStatusCode: 400 } });
    });

    behaves('an invocation of a command that does not exist does not exist', async (aws) => {
      const [InstanceId] = await instanceIds(aws);

      const get = aws.client(SSMClient).send(new GetCommandInvocationCommand({ CommandId: NO_COMMAND, InstanceId }));

      await expect(get).rejects.toMatchObject({ name: 'InvocationDoesNotExist' });
    });

    behaves('invocations of a command that does not exist cannot be listed', async (aws) => {
      const list = aws.client(SSMClient).send(new ListCommandInvocationsCommand({ CommandId: NO_COMMAND }));

      await expect(list).rejects.toMatchObject({ name: 'InvalidCommandId' });
    });

    behaves('a command that does not exist cannot be cancelled', async (aws) => {
      const cancel = aws.client(SSMClient).send(new CancelCommandCommand({ CommandId: NO_COMMAND }));

      await expect(cancel).rejects.toMatchObject({ name: 'InvalidCommandId' });
    });

    behaves('a cancelled command runs nowhere any more', async (aws) => {
      const ssm = aws.client(SSMClient);
      const { CommandId } = (await send(aws, { InstanceIds: await instanceIds(aws) })) ?? {};

      await ssm.send(new CancelCommandCommand({ CommandId }));

      await aws.eventually(async () => {
        const { Commands } = await ssm.send(new ListCommandsCommand({ CommandId }));
        return Commands?.[0]?.Status === 'Cancelled';
      });
    });

    behaves('an instance that SSM does not manage is refused', async (aws) => {
      await expect(send(aws, { InstanceIds: [ABSENT] })).rejects.toMatchObject({ name: 'InvalidInstanceId' });
    });

    behaves('a document that does not exist is refused', async (aws) => {
      const InstanceIds = await instanceIds(aws);

      await expect(send(aws, { InstanceIds, DocumentName: 'freeze' })).rejects.toMatchObject({
        name: 'InvalidDocument',
      });
    });

    behaves('a command takes at most 50 ids', async (aws) => {
      const InstanceIds = Array.from({ length: 51 }, (_, index) => `i-${String(index).padStart(17, '0')}`);

      await expect(send(aws, { InstanceIds })).rejects.toMatchObject({ name: 'ValidationException' });
    });

    behaves('a delivery timeout has at least 30 seconds', async (aws) => {
      const InstanceIds = await instanceIds(aws);

      await expect(send(aws, { InstanceIds, TimeoutSeconds: 29 })).rejects.toMatchObject({
        name: 'ValidationException',
      });
    });

    behaves('a comment has at most 100 characters', async (aws) => {
      const InstanceIds = await instanceIds(aws);

      await expect(send(aws, { InstanceIds, Comment: 'x'.repeat(101) })).rejects.toMatchObject({
        name: 'ValidationException',
      });
    });
  },
  arrangement,
);
