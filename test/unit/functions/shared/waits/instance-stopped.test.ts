import '../../environment';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { mockClient } from 'aws-sdk-client-mock';
import { instanceStopped } from '../../../../../functions/shared/waits/kinds/instance-stopped';

const INSTANCE = 'i-0a1b2c3d4e5f60001';
const now = Math.floor(Date.now() / 1000);
const ec2 = mockClient(EC2Client);

/** One look of a wait that has noted this. */
function look(notes: Record<string, unknown>) {
  return instanceStopped.check({ region: 'eu-west-1', context: {}, startedAt: now, notes }, [INSTANCE]);
}

describe('An instance that an answer of EC2 lacks', () => {
  beforeEach(() => {
    ec2.reset();
    ec2.on(DescribeInstancesCommand).resolves({ Reservations: [] });
  });

  it('is not terminated', async () => {
    const notes: Record<string, unknown> = {};
    expect(await look(notes)).toEqual({});
    expect(notes[INSTANCE]).toEqual({ missingSince: expect.any(Number) });
  });

  it('is, when it has been missing for ten minutes', async () => {
    expect(await look({ [INSTANCE]: { missingSince: now - 601 } })).toMatchObject({
      [INSTANCE]: { state: 'terminated' },
    });
  });

  it('may be there again', async () => {
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [{ Instances: [{ InstanceId: INSTANCE, State: { Name: 'stopping' } }] }],
    });
    const notes: Record<string, unknown> = { [INSTANCE]: { missingSince: now - 300 } };
    expect(await look(notes)).toEqual({});
    expect(notes[INSTANCE]).toEqual({});
  });
});
