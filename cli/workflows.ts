import { parseOperationInput, parseSwapInput } from '../functions/dynamodb-restore/input';
import { parseItemRestoreInput } from '../functions/dynamodb-restore/item-restore/input';
import { parseBackupInput, parseRecoveryInput } from '../functions/efs-recovery/input';
import { parseInput as parsePrePostInput } from '../functions/pre-post-backup/input';

/** What the command line has to know of a workflow beyond its name. */
interface Workflow {
  /** Everything that is wrong with an input, by the workflow's own schema. */
  problemsOf(input: unknown): string[];
  /** The name of what the run works on, for people. */
  targetOf(input: Record<string, unknown>): string;
  /** What the run deletes without another question, or undefined. */
  deletes?(input: Record<string, unknown>): string | undefined;
}

const table = ({ TableName }: Record<string, unknown>) => String(TableName ?? '');
const fileSystem = ({ FileSystemID }: Record<string, unknown>) => String(FileSystemID ?? '');

/** The workflows that a person can start, by the name of their state machine's file. */
export const workflows: Record<string, Workflow> = {
  'dynamodb-item-restore': {
    problemsOf: (input) => parseItemRestoreInput(input).problems,
    targetOf: table,
  },
  'dynamodb-swap-restore': {
    problemsOf: (input) => parseSwapInput(input).problems,
    targetOf: table,
    deletes: (input) => (input.Approval === 'Skip' ? table(input) : undefined),
  },
  'dynamodb-table-operation': {
    problemsOf: (input) => parseOperationInput(input).problems,
    targetOf: table,
    deletes: (input) => (input.Operation === 'DeleteTable' ? table(input) : undefined),
  },
  'efs-backup': { problemsOf: (input) => parseBackupInput(input).problems, targetOf: fileSystem },
  'efs-copy-restore': { problemsOf: (input) => parseRecoveryInput(input).problems, targetOf: fileSystem },
  'pre-post-backup': {
    problemsOf: (input) => parsePrePostInput(input).problems,
    targetOf: ({ TargetEC2TagKey, TargetEC2TagValue, TargetEC2Instances }) =>
      Array.isArray(TargetEC2Instances) && TargetEC2Instances.length > 0
        ? TargetEC2Instances.join(', ')
        : [TargetEC2TagKey, TargetEC2TagValue].filter(Boolean).join('='),
  },
};

/** The workflow that is a function instead of a state machine: its runs have records, but no executions. */
export const EFS_TO_EFS = 'efs-to-efs';

/** The output of the stack that has the ARN of the workflow's state machine. */
export function stateMachineOutput(workflow: string): string {
  const name = workflow.replace(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
  return `${name}StateMachineArn`;
}
