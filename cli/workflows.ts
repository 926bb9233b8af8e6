/** A workflow, as everything knows it that has to know all of them; `npm run validate` holds the template to this list. */
interface Workflow {
  /** What the template calls that which starts a run: its state machine, with the one that undoes its runs, or its function. */
  startedBy: { stateMachine: string; undo: string } | { function: string };
  /** The parameter of the stack that leaves it out, with its family; EFS-to-EFS is there when its own are given. */
  family?: string;
  /** Everything that is wrong with an input, by the workflow's own schema; only then is the schema loaded. */
  problemsOf(input: unknown): Promise<string[]>;
  /** The name of what a run works on, for people. Settings are those of the run's record, once it has begun. */
  targetOf(input: Record<string, unknown>, settings?: Record<string, unknown>): string;
  /** True for one whose runs wait for a person's answer, unless their input says otherwise. */
  asks?: true;
  /** What the run deletes without another question, or undefined. */
  deletes?(input: Record<string, unknown>): string | undefined;
}

const table = ({ TableName }: Record<string, unknown>) => String(TableName ?? '');
const fileSystem = ({ FileSystemID }: Record<string, unknown>) => String(FileSystemID ?? '');

/** The workflows that a person can start. That of a state machine has the name of its file. */
export const workflows: Readonly<Record<string, Workflow>> = {
  'dynamodb-item-restore': {
    startedBy: { stateMachine: 'DynamodbItemRestoreStateMachine', undo: 'DynamodbItemRestoreUndoStateMachine' },
    family: 'ItemRestore',
    asks: true,
    problemsOf: async (input) =>
      (await import('../functions/dynamodb-restore/item-restore/input')).parseItemRestoreInput(input).problems,
    targetOf: table,
  },
  'dynamodb-swap-restore': {
    startedBy: { stateMachine: 'DynamodbSwapRestoreStateMachine', undo: 'DynamodbSwapRestoreUndoStateMachine' },
    family: 'DynamodbRestore',
    asks: true,
    problemsOf: async (input) => (await import('../functions/dynamodb-restore/input')).parseSwapInput(input).problems,
    targetOf: table,
    deletes: (input) => (input.Approval === 'Skip' && !input.DryRun ? table(input) : undefined),
  },
  'dynamodb-table-operation': {
    startedBy: { stateMachine: 'DynamodbTableOperationStateMachine', undo: 'DynamodbTableOperationUndoStateMachine' },
    family: 'DynamodbRestore',
    problemsOf: async (input) =>
      (await import('../functions/dynamodb-restore/input')).parseOperationInput(input).problems,
    targetOf: table,
    deletes: (input) => (input.Operation === 'DeleteTable' && !input.DryRun ? table(input) : undefined),
  },
  'efs-backup': {
    startedBy: { stateMachine: 'EfsBackupStateMachine', undo: 'EfsRecoveryUndoStateMachine' },
    family: 'EfsRecovery',
    problemsOf: async (input) => (await import('../functions/efs-recovery/input')).parseBackupInput(input).problems,
    targetOf: fileSystem,
  },
  'efs-copy-restore': {
    startedBy: { stateMachine: 'EfsCopyRestoreStateMachine', undo: 'EfsRecoveryUndoStateMachine' },
    family: 'EfsRecovery',
    problemsOf: async (input) => (await import('../functions/efs-recovery/input')).parseRecoveryInput(input).problems,
    targetOf: fileSystem,
  },
  'efs-to-efs': {
    startedBy: { function: 'EfsToEfsFunction' },
    // Its defaults are those of the deployed function, which therefore checks an input itself.
    problemsOf: async () => [],
    targetOf: (_input, settings) => {
      const { source, target } = (settings ?? {}) as Record<string, { fileSystemId?: string }>;
      return (source ?? target)?.fileSystemId ?? '';
    },
  },
  'pre-post-backup': {
    startedBy: { stateMachine: 'PrePostBackupStateMachine', undo: 'PrePostBackupUndoStateMachine' },
    family: 'PrePostBackup',
    problemsOf: async (input) => (await import('../functions/pre-post-backup/input')).parseInput(input).problems,
    targetOf: ({ TargetEC2TagKey, TargetEC2TagValue, TargetEC2Instances }) =>
      Array.isArray(TargetEC2Instances) && TargetEC2Instances.length > 0
        ? TargetEC2Instances.join(', ')
        : [TargetEC2TagKey, TargetEC2TagValue].filter(Boolean).join('='),
  },
  'restore-test': {
    startedBy: { stateMachine: 'RestoreTestStateMachine', undo: 'RestoreTestUndoStateMachine' },
    family: 'RestoreTesting',
    problemsOf: async (input) =>
      (await import('../functions/restore-test/input')).parseRestoreTestInput(input).problems,
    targetOf: ({ ResourceArn, RestoreJobId }) =>
      String(ResourceArn ?? RestoreJobId ?? '')
        .split('/')
        .at(-1) ?? '',
  },
};

/** The workflow's state machine by its id in the template; undefined for one that a function starts. */
function stateMachineOf(workflow: string): string | undefined {
  const startedBy = workflows[workflow]?.startedBy;
  return startedBy && 'stateMachine' in startedBy ? startedBy.stateMachine : undefined;
}

/** The workflow's function by its id in the template; undefined for one that is a state machine. */
export function functionOf(workflow: string): string | undefined {
  const startedBy = workflows[workflow]?.startedBy;
  return startedBy && 'function' in startedBy ? startedBy.function : undefined;
}

/** The names of the workflows whose runs are executions. */
export const machineWorkflows: readonly string[] = Object.keys(workflows).filter(stateMachineOf);
/** The names of those whose runs are records alone. */
export const functionWorkflows: readonly string[] = Object.keys(workflows).filter(functionOf);

/** The names of those whose runs ask a person. */
export const askingWorkflows: readonly string[] = Object.keys(workflows).filter((name) => workflows[name]?.asks);

/** The output of the stack that has the ARN of the workflow's state machine. */
export function stateMachineOutput(workflow: string): string {
  return `${stateMachineOf(workflow)}Arn`;
}

/** The parameter of the stack that leaves a workflow out. */
export function familyOf(workflow: string): string | undefined {
  return workflows[workflow]?.family;
}
