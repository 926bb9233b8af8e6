import { loadChanged } from '../packaging';
import type { PromiseName } from './promises';

/** A mistake that is planted into the loaded functions, to see that random runs find it. */
export interface Defect {
  /** The promise that it breaks. */
  promise: PromiseName;
  /** What the mistake is. */
  mistake: string;
  /** The code as esbuild leaves it, by the file that it is in, and what stands there instead. */
  file: string;
  code: string;
  instead: string;
}

/** Each against another promise, and of one line, as a person makes them. */
export const DEFECTS: readonly Defect[] = [
  {
    promise: 'started-again',
    mistake: 'The way out starts every instance of the group, also those that were stopped before.',
    file: 'functions/pre-post-backup/start-instances.ts',
    code: 'const resources = group.stop?.instanceIds ?? [];',
    instead: 'const resources = group.instances.map(({ instanceId }) => instanceId);',
  },
  {
    promise: 'thawed',
    mistake: 'A group counts as touched from its stop on, not from its pre script on.',
    file: 'functions/pre-post-backup/groups.ts',
    code: 'return group.preScript !== void 0 || group.stop !== void 0 || group.backup !== void 0;',
    instead: 'return group.stop !== void 0 || group.backup !== void 0;',
  },
  {
    promise: 'honest-end',
    mistake: 'A run succeeds when one of its instances is backed up.',
    file: 'functions/pre-post-backup/report-run.ts',
    code: 'const isSuccess = !failure && failed.length === 0;',
    instead: 'const isSuccess = !failure && failed.length < results.length;',
  },
  {
    promise: 'one-complete-copy',
    mistake: 'The clean-up takes the fallback for the backup of the duplicate.',
    file: 'functions/dynamodb-restore/swap/leftovers.ts',
    code: 'await removeBackup(run.duplicateBackupArn)',
    instead: 'await removeBackup(run.fallbackBackupArn ?? run.duplicateBackupArn)',
  },
  {
    promise: 'settings-survive',
    mistake: 'Time to live is missing in the list of settings.',
    file: 'functions/dynamodb-restore/settings/all.ts',
    code: '  timeToLive,\n  tags,',
    instead: '  tags,',
  },
  {
    promise: 'others-work-stays',
    mistake: 'Settings are not read again before the deletion.',
    file: 'functions/dynamodb-restore/swap/settings-again.ts',
    code: 'const table = { ...before, ...now, unread: Object.fromEntries(earlierUnread) };',
    instead: 'const table = before;',
  },
  {
    promise: 'later-writes-stay',
    mistake: 'An item that was written after the window is no conflict.',
    file: 'functions/dynamodb-restore/item-restore/decide.ts',
    code: 'const isConflict = !isSameImage(now, next);',
    instead: 'const isConflict = false;',
  },
  {
    promise: 'good-verdict',
    mistake: 'A lost index is told, and does not count.',
    file: 'functions/restore-test/compare-schemas.ts',
    code: 'isBad: lost.length + other.length > 0',
    instead: 'isBad: other.length > 0',
  },
  {
    promise: 'nothing-stays',
    mistake: 'The clean-up says that it deletes the duplicate, and does not.',
    file: 'functions/dynamodb-restore/swap/leftovers.ts',
    code: 'await deleteTable(run.duplicateName);',
    instead: '',
  },
  {
    promise: 'done-once',
    mistake: 'A repeated step sends a script to the instances that have it already.',
    file: 'functions/pre-post-backup/send-script.ts',
    code: 'new Set([...Object.values(commands).flat(), ...earlier.unreachable ?? []])',
    instead: 'new Set(earlier.unreachable ?? [])',
  },
  {
    promise: 'told-once',
    mistake: 'A failure is not told where a success is not.',
    file: 'functions/shared/runs/finish-run.ts',
    code: 'outcome === "SUCCEEDED" && !hasWarnings && !NOTIFY_ON_SUCCESS',
    instead: '!hasWarnings && !NOTIFY_ON_SUCCESS',
  },
  {
    promise: 'locks-are-free',
    mistake: 'A run that failed keeps its locks.',
    file: 'functions/shared/runs/finish-run.ts',
    code: '(target) => releaseLock(target, run.runId)',
    instead: '(target) => outcome === "SUCCEEDED" && releaseLock(target, run.runId)',
  },
  {
    promise: 'comes-to-an-end',
    mistake: 'A wait keeps the token of the first attempt of its state.',
    file: 'functions/shared/waits/waits.ts',
    code: 'taskToken: wait.taskToken,',
    instead: 'taskToken: earlier?.taskToken ?? wait.taskToken,',
  },
];

/** Runs `work` while accounts load the functions with this mistake in them. */
export async function withDefect<T>({ code, instead }: Defect, work: () => Promise<T>): Promise<T> {
  const end = loadChanged((bundle) => bundle.replace(code, () => instead));
  try {
    return await work();
  } finally {
    end();
  }
}
