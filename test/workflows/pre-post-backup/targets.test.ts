import {
  closeFleet,
  Fleet,
  inputByIds,
  inputByTag,
  instanceId,
  instances,
} from '../../../scenarios/pre-post-backup/fleet';

afterEach(closeFleet);

const THREE = { instances: instances([{}, {}, {}]) };

describe('A fleet that shrank', () => {
  it('is not backed up when it has fewer instances than MinimumTargets', async () => {
    // Prepare
    const fleet = await Fleet.open(THREE);

    // Act
    const run = await fleet.run(inputByTag({ MinimumTargets: 4 }));

    // Assess
    expect(run.status).toBe('FAILED');
    expect(run.cause).toContain('MinimumTargets: found 3 instances, fewer than 4');
    expect(fleet.jobs()).toEqual([]);
  });

  it('is backed up when it has as many', async () => {
    const fleet = await Fleet.open(THREE);

    const run = await fleet.run(inputByTag({ MinimumTargets: 3 }));

    expect(run.status).toBe('SUCCEEDED');
  });

  it('names the instances that the last successful run of the tag had and it has not, once', async () => {
    // Prepare
    const fleet = await Fleet.open(THREE);
    const first = await fleet.run(inputByTag());
    fleet.region.ec2.CreateTags({ Resources: [instanceId(2)], Tags: [{ Key: 'backup-job', Value: 'no' }] });
    const told = fleet.simulation.region.sns.published.length;

    // Act
    const second = await fleet.run(inputByTag(), 'second');
    const third = await fleet.run(inputByTag(), 'third');

    // Assess
    expect([second.status, third.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(second.output).toMatchObject({ MissingSinceLastRun: [instanceId(2)] });
    const messages = fleet.simulation.region.sns.published.slice(told).map(({ message }) => message);
    expect(messages.filter((message) => message.includes(`(${first.execution.arn}): ${instanceId(2)}`))).toHaveLength(
      1,
    );
    expect(third.output).not.toHaveProperty('MissingSinceLastRun');
  });

  it('has nothing in it that was restored for a test, whatever tags of its source that has', async () => {
    const fleet = await Fleet.open(THREE);
    const Tags = [{ Key: 'awsbackup-restore-test', Value: 'plan' }];
    fleet.region.ec2.CreateTags({ Resources: [instanceId(2)], Tags });

    const run = await fleet.run(inputByTag());

    expect(run.status).toBe('SUCCEEDED');
    expect(fleet.jobs().map(({ ResourceArn }) => ResourceArn)).not.toContainEqual(
      expect.stringContaining(instanceId(2)),
    );
    expect(fleet.jobs()).toHaveLength(2);
  });

  it('is not compared with runs that name their instances', async () => {
    const fleet = await Fleet.open(THREE);
    await fleet.run(inputByIds([instanceId(1), instanceId(2)]));

    const second = await fleet.run(inputByIds([instanceId(1)]), 'second');

    expect(second.output).not.toHaveProperty('MissingSinceLastRun');
  });
});
