import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineAt, type Mutant, mutantId } from './mutant';

/** Changes that all nearest tests once let pass, in the code as it is now: each of them is worth a run of its own. */
const ONCE_MISSED: { name: string; file: string; from: string; to: string }[] = [
  {
    name: 'a closed run keeps its lock',
    file: 'functions/shared/runs/locks.ts',
    from: 'if (run?.open) return executionArnOf(holder);',
    to: 'if (run) return executionArnOf(holder);',
  },
  {
    name: 'any run releases any lock',
    file: 'functions/shared/runs/locks.ts',
    from: "ConditionExpression: 'runId = :mine',\n        ExpressionAttributeValues: { ':mine': runId },",
    to: '',
  },
  {
    name: 'an answer counts when the question is closed',
    file: 'functions/dynamodb-restore/swap/store-answer.ts',
    from: "if (wait?.due) await updateRunIf(runId, { approval: answer }, 'attribute_not_exists(approval)');",
    to: "await updateRunIf(runId, { approval: answer }, 'attribute_not_exists(approval)');",
  },
  {
    name: 'a table is deleted without an answer',
    file: 'functions/dynamodb-restore/approved.ts',
    from: '`approval.isApproved = :yes${',
    to: '`attribute_not_exists(approval) OR approval.isApproved = :yes${',
  },
  {
    name: "a stranger's table is deleted to make room",
    file: 'functions/dynamodb-restore/swap/restore-original.ts',
    from: 'if (!isOurs)',
    to: 'if (false)',
  },
  {
    name: 'a restored table that differs in every item is verified',
    file: 'functions/dynamodb-restore/compare-with-duplicate.ts',
    from: '...(isMostlyOther ? changed : [])',
    to: '',
  },
  {
    name: 'restored items may be missing',
    file: 'functions/dynamodb-restore/compare-with-duplicate.ts',
    from: 'const others = [...missing, ',
    to: 'const others = [',
  },
  {
    name: 'two looks at a wait both claim it',
    file: 'functions/shared/waits/waits.ts',
    from: "condition: '#version = :read', values: { ':read': wait.version }",
    to: "condition: '#version = :read OR #version <> :read', values: { ':read': wait.version }",
  },
  {
    name: 'a duplicate that was replaced is taken over',
    file: 'functions/dynamodb-restore/swap/kept-duplicates.ts',
    from: "if (table?.TableStatus !== 'ACTIVE' || table.TableId !== kept.duplicateTableId) continue;",
    to: "if (table?.TableStatus !== 'ACTIVE') continue;",
  },
  {
    name: 'a table is deleted without the backup of the duplicate',
    file: 'functions/dynamodb-restore/swap/deletion-checks.ts',
    from: 'await assertAvailable(run.duplicateBackupArn, run.duplicateTableId);',
    to: '',
  },
  {
    name: 'each attempt of a state has a new deadline',
    file: 'functions/shared/waits/waits.ts',
    from: 'earlier && isRetry ? earlier : { startedAt',
    to: '{ startedAt',
  },
  {
    name: 'a restore goes by a preview that failed',
    file: 'functions/efs-to-efs/start-restore.ts',
    from: "if (preview?.outcome !== 'SUCCEEDED' || !digest)",
    to: 'if (!digest)',
  },
  {
    name: 'what a deletion took too much is not put back',
    file: 'functions/dynamodb-restore/item-restore/write-entry.ts',
    from: '? await putBack(TableName, entry, deleted)',
    to: "? { kind: 'restored' }",
  },
  {
    name: 'an item is deleted without having been read before',
    file: 'functions/dynamodb-restore/item-restore/write-items.ts',
    from: 'if (!entry.after && found && !isSameImage(found, entry.before)) {',
    to: 'if (false) {',
  },
];

/** These changes as mutants. Throws for one whose place is gone: it has to follow the code. */
export function onceMissed(root: string): Mutant[] {
  return ONCE_MISSED.map(({ name, file, from, to }) => {
    const source = readFileSync(join(root, file), 'utf8');
    const at = source.indexOf(from);
    if (at < 0) throw new Error(`${file} no longer has what "${name}" changes: ${from}`);
    const apply = () => source.slice(0, at) + to + source.slice(at + from.length);
    return { id: mutantId(file, from, to), file, line: lineAt(source, at), what: name, apply };
  });
}
