import { alike, closeFleet, Fleet, inputByTag, instances } from '../../../scenarios/pre-post-backup/fleet';

afterEach(closeFleet);

describe('A large fleet', () => {
  it('stops its instances although EC2 refuses most requests for minutes', async () => {
    // Prepare: a thousand groups that begin together get five requests a second.
    const fleet = await Fleet.open(
      { instances: alike(1) },
      { faults: [{ call: 'ec2:StopInstances', fault: 'throttle', times: 60 }] },
    );

    // Act
    const run = await fleet.run(inputByTag({ StartStopEC2Required: true }));

    // Assess
    expect(run.status).toBe('SUCCEEDED');
    expect(run.lines[0]?.StopEc2InstanceStatus).toBe('stopped');
  });

  it('of more than 200 instances is looked at by its groups: a protected one is not stopped, the others are backed up', async () => {
    // Prepare
    const fleet = await Fleet.open({
      instances: instances([{ StopProtection: true }, ...Array.from({ length: 200 }, () => ({}))]),
    });

    // Act
    const run = await fleet.run(inputByTag({ StartStopEC2Required: true }));

    // Assess
    expect(run.record.report).toMatchObject({ Succeeded: 200, Failed: 1 });
    expect(fleet.notifications.at(-1)?.message).toMatch(
      /StopProtectedError: .* against a stop; turn the stop protection/,
    );
  }, 300_000);

  it('never keeps the reconciler beyond its minute', async () => {
    // Prepare: looking at all waits once takes longer than that.
    const fleet = await Fleet.open(
      { instances: alike(90) },
      {
        faults: [
          { call: 'dynamodb:GetItem', by: 'ReconcileWaitsFunction', fault: 'slow', delaySeconds: 7, times: 'always' },
        ],
      },
    );

    // Act
    const run = await fleet.run(inputByTag());

    // Assess
    const looks = fleet.region.lambda.invocations.filter(({ logicalId }) => logicalId === 'ReconcileWaitsFunction');
    expect(run.status).toBe('SUCCEEDED');
    expect(looks.filter(({ failed }) => failed)).toEqual([]);
  });
});
