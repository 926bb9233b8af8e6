import { DESTINATION, inputWith, world } from '../../scenarios/efs-recovery/recovery';
import { smallWorld as fleetWorld, RUNNING, scriptedInput } from '../../scenarios/pre-post-backup/small-fleet';
import { Simulation } from '../../scenarios/simulation';
import { hasEntered } from '../../scenarios/states';
import type { Execution } from '../../simulator/asl/execution';

let simulation: Simulation;

afterEach(() => simulation?.close());

async function untilIn(state: string, execution: Execution): Promise<void> {
  await simulation.account.clock.runUntil(() => hasEntered(execution, state), 24 * 3600);
}

it('A command that has the comment of a run, and another document, is not taken for its script', async () => {
  // Prepare: the first request is lost on its way, and another principal sends a command with its comment
  simulation = await Simulation.open({
    world: fleetWorld(),
    faults: [{ call: 'ssm:SendCommand', by: 'RunPreScriptFunction', fault: 'timeout' }],
  });
  const { ssm } = simulation.region;
  let forged = false;
  simulation.account.observer.observe(({ what, subject, detail }) => {
    if (what !== 'call' || subject !== 'ssm:SendCommand' || forged) return;
    const { Comment, InstanceIds } = detail.input as { Comment?: string; InstanceIds?: string[] };
    forged = true;
    ssm.SendCommand({ DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['true'] }, InstanceIds, Comment });
  });

  // Act
  const execution = simulation.start('pre-post-backup', scriptedInput({ GroupBy: 'all' }));
  await simulation.finish(execution);

  // Assess
  expect([forged, execution.status]).toEqual([true, 'SUCCEEDED']);
  const frozen = ssm.ranScripts
    .filter(({ commandLine }) => commandLine === 'pre.sh')
    .map(({ instanceId }) => instanceId);
  expect(frozen.sort()).toEqual([...RUNNING].sort());
});

it('A restore job of the same recovery point that another caller began is not taken for that of a run', async () => {
  // Prepare: the answer to the restore is lost for good, and another stack restores the same recovery point a moment later
  simulation = await Simulation.open({
    world: world('efs-copy-restore', {
      restoreJobs: [{ Resource: '*', State: 'FAILED', DurationSeconds: 60 }],
    }),
    faults: [{ call: 'backup:StartRestoreJob', by: 'RestoreFileSystemFunction', fault: 'crashAfter', times: 'always' }],
  });
  const execution = simulation.start('efs-copy-restore', inputWith('efs-copy-restore', { DeleteOnFailure: true }));
  const { backup } = simulation.account.region(DESTINATION);
  let theirs: string | undefined;
  simulation.account.observer.observe(({ what, subject, detail }) => {
    if (what !== 'call' || subject !== 'backup:StartRestoreJob' || theirs) return;
    const { Metadata, IdempotencyToken: _, ...input } = detail.input as Parameters<typeof backup.StartRestoreJob>[0];
    theirs = backup.StartRestoreJob({
      ...input,
      Metadata: { ...Metadata, CreationToken: 'of-another-stack' },
    }).RestoreJobId;
  });
  await untilIn('Restore File System', execution);
  await simulation.account.clock.runUntil(simulation.account.clock.sleep(5), 6);

  // Act
  simulation.region.stepFunctions.StopExecution({ executionArn: execution.arn });
  await simulation.finish(execution);

  // Assess
  expect(theirs).toBeDefined();
  const record = simulation.runRecord(execution);
  expect(record?.restoreJobId).toBeDefined();
  expect(record?.restoreJobId).not.toBe(theirs);
});
