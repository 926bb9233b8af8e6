import type { Command } from '@commander-js/extra-typings';
import type { Session } from '../session';

/** Takes what a command does, once it is known that it was typed, and rightly. Its result is the exit code. */
export type CarryOut = (run: (session: Session) => Promise<number>) => void;

interface CommandLine {
  name: string;
  /** What it does, in a line. */
  does: string;
  /** Its file; loaded only when it is typed, so that `--help` is answered at once. */
  load(): Promise<{ declare(command: Command, carryOut: CarryOut): void }>;
}

/** The commands, in the order in which `--help` lists them. */
export const commands: readonly CommandLine[] = [
  { name: 'start', does: 'starts a workflow', load: () => import('./start') },
  { name: 'follow', does: 'shows what a run does until its end', load: () => import('./follow') },
  { name: 'status', does: 'shows how a run stands', load: () => import('./status') },
  { name: 'list', does: 'lists runs, the newest first', load: () => import('./list') },
  { name: 'stop', does: 'stops a run; what it left open is undone', load: () => import('./stop') },
  { name: 'history', does: 'lists the steps of a run with their times', load: () => import('./history') },
  {
    name: 'open',
    does: 'prints the page of the AWS console that shows a run, and opens it',
    load: () => import('./open'),
  },
  { name: 'schedules', does: 'lists the schedules, or changes one', load: () => import('./schedules') },
  {
    name: 'recovery-points',
    does: 'lists what can be restored, the newest first',
    load: () => import('./recovery-points'),
  },
  {
    name: 'restore-test',
    does: 'restores a backup for a test, looks at it, and removes it',
    load: () => import('./restore-test'),
  },
  {
    name: 'restores',
    does: 'lists what restore tests found, by resource',
    load: () => import('./restores'),
  },
  { name: 'approve', does: 'approves what a run asks for', load: () => import('./approve') },
  { name: 'refuse', does: 'refuses what a run asks for', load: () => import('./approve') },
  {
    name: 'doctor',
    does: 'checks account, stack and what is backed up, and says what to do',
    load: () => import('./doctor'),
  },
  {
    name: 'dynamodb',
    does: 'the recovery console: restore, back up, delete and protect tables',
    load: () => import('./dynamodb'),
  },
  {
    name: 'efs-to-efs',
    does: 'backs up a file system into another one, verifies the copies, and restores from them',
    load: () => import('./efs-to-efs'),
  },
  {
    name: 'complete',
    does: 'prints what lets a shell complete commands, options and names of runs',
    load: () => import('./complete'),
  },
];
