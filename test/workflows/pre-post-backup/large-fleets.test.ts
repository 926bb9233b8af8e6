import { alike, closeFleet, Fleet, inputByTag } from '../../../scenarios/pre-post-backup/fleet';

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
