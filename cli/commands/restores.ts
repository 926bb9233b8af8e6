import { writeFileSync } from 'node:fs';
import type { Command } from '@commander-js/extra-typings';
import { afterHelp, type OptionsOf } from '../command-line';
import { localTime } from '../dates';
import { EXIT, usageFailure } from '../failure';
import { duration, table } from '../render/report';
import type { Tone } from '../render/screen';
import { restoresPage } from '../restores-page';
import type { Session } from '../session';
import { listTestedResources, type TestedResource } from '../tested-resources';
import type { CarryOut } from './all';

/** `restores`: lists the last restore test of each resource: verdict, and times measured against those that are wanted. */
export function declare(command: Command, carryOut: CarryOut): void {
  flags(command)
    .addHelpText(
      'after',
      afterHelp('backup-workflows restores --html restores.html', { ok: 'they are listed, whatever they found' }),
    )
    .action((options) => carryOut((session) => restores(session, options)));
}

function flags(command: Command) {
  return command.option('--html <FILE>', 'write a page for an auditor instead, which any browser opens');
}

async function restores(session: Session, { html }: OptionsOf<typeof flags>): Promise<number> {
  const { screen, options } = session;
  const resources = await listTestedResources(session);
  if (html) {
    const { name, region, accountId } = await session.stack();
    try {
      writeFileSync(html, restoresPage(resources, { stack: name, region, accountId, at: session.aws.now() }));
    } catch (error) {
      throw usageFailure([`--html ${html}: ${(error as Error).message}`]);
    }
  }
  if (options.json) screen.print(JSON.stringify(resources));
  else if (html) screen.print(`${html} shows ${resources.length} resources; any browser opens it.`);
  else if (resources.length === 0) screen.print('There has been no restore test yet.');
  else screen.print(tableOf(resources, screen));
  return EXIT.ok;
}

function tableOf(resources: TestedResource[], screen: Session['screen']): string {
  const cell = (text: string, tone: Tone = 'plain') => ({ text, tone });
  const rows = resources.map((resource) => [
    cell(resource.resource),
    cell(localTime(resource.testedAt), 'quiet'),
    cell(resource.verdict, resource.verdict === 'SUCCESSFUL' ? 'good' : 'bad'),
    timeCell(resource.recoverySeconds, resource.rtoSeconds),
    timeCell(resource.ageSeconds, resource.rpoSeconds),
    cell(resource.trend.map((seconds) => (seconds === null ? 'failed' : duration(seconds))).join(' ')),
  ]);
  return table(['resource', 'last test', 'verdict', 'recovery', 'age of backup', 'before, newest first'], rows, screen);
}

function timeCell(measured: number | undefined, wanted: number | undefined): { text: string; tone: Tone } {
  if (measured === undefined) return { text: '-', tone: 'quiet' };
  if (wanted === undefined) return { text: duration(measured), tone: 'plain' };
  return { text: `${duration(measured)} of ${duration(wanted)}`, tone: measured <= wanted ? 'good' : 'bad' };
}
