import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';

/** The example's world, in which a success is notified too. */
function worldThatTells() {
  const world = defaultWorld('pre-post-backup');
  return { ...world, parameters: { ...world.parameters, NotifyOnSuccess: 'Yes' } };
}

describe('The log lines of a run', () => {
  it('name run, workflow and item in every function, and the notification has the query that finds them', async () => {
    const world = worldThatTells();
    const faults = [
      {
        call: 'backup:StartBackupJob',
        by: 'BackUpInstancesFunction',
        fault: 'serverError' as const,
        times: 'always' as const,
      },
    ];
    const simulation = await Simulation.open({ world, faults });
    try {
      const execution = simulation.start('pre-post-backup', exampleInput('pre-post-backup'));
      await simulation.finish(execution);
      const lines = simulation.account.logs.map(({ line }) => JSON.parse(line) as Record<string, unknown>);
      const ofRun = lines.filter(({ runId }) => String(runId).startsWith(execution.arn));
      const [first] = ofRun;
      expect(new Set(ofRun.map(({ workflow }) => workflow))).toEqual(new Set(['pre-post-backup']));
      expect(new Set(ofRun.map(({ function_name }) => function_name)).size).toBeGreaterThan(1);
      expect(ofRun.map(({ message }) => message)).toEqual(expect.arrayContaining(['The task failed', 'Run finished']));
      const withoutRun = lines.filter(({ runId }) => runId === undefined).map(({ message }) => message);
      expect(new Set(withoutRun)).toEqual(new Set(['Reconciled waits']));

      const message = simulation.region.sns.published.at(-1)?.message;
      expect(message).toContain(`| filter runId = "${first?.runId}" | sort @timestamp`);
    } finally {
      simulation.close();
    }
  });

  it('have the Name of each instance, as it is written', async () => {
    const world = worldThatTells();
    const [instance] = world.instances ?? [];
    if (instance) instance.Tags = { ...instance.Tags, Name: 'web\n1' };
    const simulation = await Simulation.open({ world });
    try {
      await simulation.finish(simulation.start('pre-post-backup', exampleInput('pre-post-backup')));
      const message = simulation.region.sns.published.at(-1)?.message;
      expect(message).toContain(`${instance?.InstanceId} (web\\n1): backed up`);
    } finally {
      simulation.close();
    }
  });
});
