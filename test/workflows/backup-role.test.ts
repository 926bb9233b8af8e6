import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';

let simulation: Simulation;
afterEach(() => simulation.close());

describe('The role of the stack for AWS Backup', () => {
  it.each(['Absent', 'Given'] as const)('is assumed for a backup with aws:SourceAccount %s', async (given) => {
    // Prepare
    const doubts = { 'backup.sourceAccount': given };
    simulation = await Simulation.open({ world: defaultWorld('efs-backup'), doubts });
    const { BackupJobExecutionRoleArn } = simulation.stack.outputs;

    // Act
    const input = { ...(exampleInput('efs-backup') as object), BackupJobIamRoleArn: BackupJobExecutionRoleArn };
    const execution = simulation.start('efs-backup', input);
    await simulation.finish(execution);

    // Assess
    expect(execution.status).toBe('SUCCEEDED');
    expect(simulation.account.doubts.met).toHaveProperty(['backup.sourceAccount'], given);
  });

  it.each(['Absent', 'Given'] as const)(
    'is assumed for a copy and a restore with aws:SourceAccount %s',
    async (given) => {
      // Prepare
      const doubts = { 'backup.sourceAccount': given };
      simulation = await Simulation.open({ world: defaultWorld('efs-copy-restore'), doubts });
      const { BackupJobExecutionRoleArn: role } = simulation.stack.outputs;

      // Act
      const input = {
        ...(exampleInput('efs-copy-restore') as object),
        CopyJobIAMRoleArn: role,
        RestoreJobIamRoleArn: role,
      };
      const execution = simulation.start('efs-copy-restore', input);
      await simulation.finish(execution);

      // Assess
      expect(execution.status).toBe('SUCCEEDED');
      expect(simulation.account.doubts.met).toHaveProperty(['backup.sourceAccount'], given);
    },
  );
});
