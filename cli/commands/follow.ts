import type { Command } from '@commander-js/extra-typings';
import { afterHelp } from '../command-line';
import { findRun, RUN_OR_ONLY } from '../runs';
import type { CarryOut } from './all';
import { followToEnd } from './start';

/** `follow`: shows what a run does until its end. */
export function declare(command: Command, carryOut: CarryOut): void {
  command
    .argument('[run]', RUN_OR_ONLY)
    .addHelpText(
      'after',
      afterHelp('backup-workflows follow nightly-20261120', {
        ok: 'the run succeeded',
        failed: 'the run failed, or was stopped',
      }),
    )
    .action((run) => carryOut(async (session) => followToEnd(session, await findRun(session, run))));
}
