import { spawn } from 'node:child_process';
import type { Command } from '@commander-js/extra-typings';
import { executionPage } from '../../functions/shared/runs/console-page';
import { executionArnOf } from '../../functions/shared/runs/run-id';
import { afterHelp } from '../command-line';
import { EXIT, usageFailure } from '../failure';
import { findRun, isExecution, RUN_OR_ONLY } from '../runs';
import type { Session } from '../session';
import type { CarryOut } from './all';

/** `open`: prints the page of the AWS console that shows a run, and opens it where there is a browser. */
export function declare(command: Command, carryOut: CarryOut): void {
  flags(command)
    .argument('[run]', RUN_OR_ONLY)
    .addHelpText('after', afterHelp('backup-workflows open nightly-20261120', { ok: 'the address is printed' }))
    .action((run, options) => carryOut((session) => open(session, run, options.browser)));
}

function flags(command: Command) {
  return command.option('--no-browser', 'only print the address');
}

async function open(session: Session, wanted: string | undefined, isOpened: boolean): Promise<number> {
  const runId = await findRun(session, wanted);
  const url = isExecution(runId) ? executionPage(executionArnOf(runId)) : undefined;
  if (!url)
    throw usageFailure([
      `${runId} is no execution, so the console has no page of it; \`backup-workflows status ${runId}\` shows it.`,
    ]);
  const { screen, options, terminal } = session;
  screen.print(options.json ? session.asData({ url }) : url);
  if (terminal && isOpened && !options.json) await openInBrowser(url);
  return EXIT.ok;
}

/** Opens an address as the desktop does; without a desktop nothing happens, since the address is printed. */
async function openInBrowser(url: string): Promise<void> {
  const [program = '', ...args] = browserCommand();
  if (program === '') return;
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}

/** What opens an address on this machine. `BROWSER` names a program of the operator's own. */
function browserCommand(): string[] {
  const { BROWSER, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (BROWSER) return [BROWSER];
  if (process.platform === 'darwin') return ['open'];
  // An address has `&` in it, which a shell of Windows would take as its own: this one is no shell.
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return DISPLAY || WAYLAND_DISPLAY ? ['xdg-open'] : [];
}
