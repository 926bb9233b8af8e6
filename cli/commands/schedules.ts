import type { GetScheduleOutput, UpdateScheduleInput } from '@aws-sdk/client-scheduler';
import type { Command } from '@commander-js/extra-typings';
import { parseExpression } from 'schedule-expressions/expression';
import { afterHelp, dryRun, type OptionsOf, sub } from '../command-line';
import { localMinute } from '../dates';
import { EXIT, usageFailure } from '../failure';
import { printWrapped, table } from '../render/report';
import type { Tone } from '../render/screen';
import { readJson, type Session } from '../session';
import { machineWorkflows, workflows } from '../workflows';
import type { CarryOut } from './all';

interface Schedule {
  /** Its id in the template. */
  name: string;
  found: GetScheduleOutput;
  /** What its workflow would refuse in its input. */
  problems: string[];
}

const NEXT_TIMES = 2;

type Change = { action: 'enable' | 'disable' } | ({ action: 'set' } & OptionsOf<typeof setFlags>);

/** `schedules`: lists the stack's schedules with their next times, or changes one of them. */
export function declare(command: Command, carryOut: CarryOut): void {
  const NAME = 'as `schedules list` names it';
  const listed = { ok: 'the schedules are listed' };
  const changed = { ok: 'the schedule is changed; with --dry-run: it could be' };
  command.addHelpText('after', afterHelp('backup-workflows schedules', listed)).action(() => carryOut(listSchedules));
  sub(command, 'list', 'lists all schedules with their next times')
    .addHelpText('after', afterHelp('backup-workflows schedules list', listed))
    .action(() => carryOut(listSchedules));
  for (const action of ['enable', 'disable'] as const)
    sub(command, action, `${action}s a schedule`)
      .argument('<schedule>', NAME)
      .addOption(dryRun())
      .addHelpText('after', afterHelp(`backup-workflows schedules ${action} EfsBackupSchedule`, changed))
      .action((schedule, options) =>
        carryOut((session) => changeSchedule(session, schedule, { action }, options.dryRun)),
      );
  setFlags(sub(command, 'set', 'changes when a schedule runs, or with which input'))
    .argument('<schedule>', NAME)
    .addHelpText(
      'after',
      afterHelp(
        "backup-workflows schedules set EfsBackupSchedule --expression 'cron(30 2 * * ? *)' --time-zone Europe/Berlin",
        changed,
      ),
    )
    .action((schedule, options) =>
      carryOut((session) => changeSchedule(session, schedule, { action: 'set', ...options }, options.dryRun)),
    );
}

function setFlags(command: Command) {
  return command
    .option('--expression <TEXT>', 'rate(…), cron(…) or at(…)')
    .option('--time-zone <ZONE>', 'a time zone such as Europe/Berlin')
    .option('--input <FILE>', 'input of its runs, JSON; - for standard input')
    .addOption(dryRun());
}

async function listSchedules(session: Session): Promise<number> {
  printSchedules(session, await readSchedules(session));
  return EXIT.ok;
}

async function changeSchedule(session: Session, wanted: string, change: Change, isDryRun: boolean): Promise<number> {
  const all = await readSchedules(session);
  const schedule = all.find(({ name, found }) => [name, found.Name].includes(wanted));
  if (!schedule)
    throw usageFailure([`There is no schedule ${wanted}. Known: ${all.map(({ name }) => name).join(', ')}.`]);
  const changed = await changedSchedule(schedule, change);
  if (!isDryRun) {
    const scheduler = await session.aws.client('scheduler');
    await scheduler.updateSchedule(changed);
  }
  const { screen, options } = session;
  if (!options.json) screen.print(isDryRun ? 'It would be:' : 'It is now:');
  printSchedules(session, [{ ...schedule, found: { ...schedule.found, ...changed } }]);
  if (!options.json && !isDryRun)
    printWrapped('A later sam deploy keeps this unless it changes the parameters of this schedule.', 'quiet', screen);
  return EXIT.ok;
}

/** The stack's schedules as EventBridge Scheduler has them. */
export async function readSchedules(session: Session): Promise<Schedule[]> {
  const stack = await session.stack();
  const scheduler = await session.aws.client('scheduler');
  const resources = await stack.resourcesOfType('AWS::Scheduler::Schedule');
  return Promise.all(
    resources.map(async ({ logicalId, physicalId }) => {
      const found = await scheduler.getSchedule({ Name: physicalId });
      return { name: logicalId, found, problems: await inputProblems(found, found.Target?.Input ?? '{}') };
    }),
  );
}

/** UpdateSchedule replaces everything, so everything is given. Fails with all that is wrong with the change. */
async function changedSchedule({ found, problems }: Schedule, change: Change): Promise<UpdateScheduleInput> {
  const { Arn: _arn, CreationDate: _created, LastModificationDate: _modified, ...kept } = found;
  const base = kept as UpdateScheduleInput;
  if (change.action !== 'set') {
    const State = change.action === 'enable' ? 'ENABLED' : 'DISABLED';
    if (State === 'ENABLED') refuse(problems);
    return { ...base, State };
  }
  const { expression, timeZone, input } = change;
  if (expression === undefined && timeZone === undefined && input === undefined)
    throw usageFailure(['Nothing to change: give --expression, --time-zone or --input.']);
  const changed: UpdateScheduleInput = {
    ...base,
    ...(expression !== undefined && { ScheduleExpression: expression }),
    ...(timeZone !== undefined && { ScheduleExpressionTimezone: timeZone }),
  };
  const text = input === undefined ? undefined : JSON.stringify(readJson('--input', input));
  if (text !== undefined && base.Target) changed.Target = { ...base.Target, Input: text };
  refuse([...expressionProblems(changed), ...(text === undefined ? [] : await inputProblems(base, text))]);
  return changed;
}

function refuse(problems: string[]): void {
  if (problems.length > 0) throw usageFailure(['Nothing was changed:', ...problems.map((problem) => `- ${problem}`)]);
}

function expressionProblems({
  ScheduleExpression = '',
  ScheduleExpressionTimezone = 'UTC',
}: Partial<UpdateScheduleInput>): string[] {
  try {
    parseExpression(ScheduleExpression, ScheduleExpressionTimezone, { oneTime: true });
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** What the schedule's workflow would refuse. */
async function inputProblems({ Target }: GetScheduleOutput | UpdateScheduleInput, text: string): Promise<string[]> {
  const machine = Target?.Arn?.split(':').at(-1) ?? '';
  const workflow = machineWorkflows.find((name) => machine.endsWith(`-${name}`));
  return workflow ? ((await workflows[workflow]?.problemsOf(JSON.parse(text))) ?? []) : [];
}

function printSchedules({ screen, options, aws, asData }: Session, all: Schedule[]): void {
  const rows = all.map(({ name, found }) => ({
    name,
    state: found.State ?? '',
    expression: found.ScheduleExpression ?? '',
    timeZone: found.ScheduleExpressionTimezone ?? 'UTC',
    next: nextTimes(found, aws.now()),
    input: found.Target?.Input ?? '{}',
  }));
  if (options.json) {
    screen.print(asData(rows.map((row) => ({ ...row, next: row.next.map((at) => new Date(at).toISOString()) }))));
    return;
  }
  const cell = (text: string, tone: Tone = 'plain') => ({ text, tone });
  screen.print(
    table(
      ['schedule', 'state', 'expression', 'zone', 'next, local time'],
      rows.map(({ name, state, expression, timeZone, next }) => [
        cell(name),
        cell(state, state === 'ENABLED' ? 'good' : 'quiet'),
        cell(expression),
        cell(timeZone),
        cell(next.map(localMinute).join('\n') || '-'),
      ]),
      screen,
    ),
  );
}

/** The next times of an enabled schedule, in milliseconds since 1970. */
function nextTimes(
  { State, ScheduleExpression = '', ScheduleExpressionTimezone = 'UTC', StartDate, CreationDate }: GetScheduleOutput,
  now: number,
): number[] {
  if (State !== 'ENABLED') return [];
  const expression = parseExpression(ScheduleExpression, ScheduleExpressionTimezone, { oneTime: true });
  const times: number[] = [];
  let after = now;
  for (let count = 0; count < NEXT_TIMES; count += 1) {
    const next = expression.next(after, Number(StartDate ?? CreationDate ?? now));
    if (next === undefined) break;
    times.push(next);
    after = next;
  }
  return times;
}
