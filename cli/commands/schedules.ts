import type { GetScheduleOutput, UpdateScheduleInput } from '@aws-sdk/client-scheduler';
import type { Command } from '@commander-js/extra-typings';
import type { RunRecord } from '../../functions/shared/runs/runs';
import { afterHelp, dryRun, type OptionsOf, sub } from '../command-line';
import { localClock, localDay, localMinute } from '../dates';
import { EXIT, usageFailure } from '../failure';
import { duration, printWrapped, table } from '../render/report';
import type { Tone } from '../render/screen';
import { listRuns } from '../runs';
import { CALENDAR_DAYS, type Coming, calendarOf, grouped, middle, nextTimes, type Timed } from '../schedules/calendar';
import { explainExpression, inWords } from '../schedules/words';
import { readJson, type Session } from '../session';
import { functionWorkflows, machineWorkflows, workflows } from '../workflows';
import type { CarryOut } from './all';

interface Schedule {
  /** Its id in the template. */
  name: string;
  found: GetScheduleOutput;
  /** What it starts; undefined for a workflow of which nothing is known here. */
  workflow?: string;
  /** What its workflow would refuse in its input. */
  problems: string[];
}

/** What the runs of a workflow were like. */
interface Past {
  last?: RunRecord;
  expectedSeconds?: number;
}

const NEXT_TIMES = 2;
/** The length that is expected is the middle of that of so many runs at most. */
const RUNS_OF_PAST = 10;
/** A day with more runs of one schedule has one line of it. */
const MOST_A_DAY = 4;

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
  const all = await readSchedules(session);
  await printSchedules(
    session,
    all,
    all.filter(({ found }) => found.State === 'ENABLED'),
  );
  return EXIT.ok;
}

async function changeSchedule(session: Session, wanted: string, change: Change, isDryRun: boolean): Promise<number> {
  const all = await readSchedules(session);
  const schedule = all.find(({ name, found }) => [name, found.Name].includes(wanted));
  if (!schedule)
    throw usageFailure([`There is no schedule ${wanted}. Known: ${all.map(({ name }) => name).join(', ')}.`]);
  const changed = await changedSchedule(schedule, change);
  const after = { ...schedule, found: { ...schedule.found, ...changed } };
  if (!isDryRun) {
    const scheduler = await session.aws.client('scheduler');
    await scheduler.updateSchedule(changed);
  }
  const { screen, options } = session;
  if (!options.json) screen.print(isDryRun ? 'It would be:' : 'It is now:');
  const others = all.filter(({ name, found }) => name !== schedule.name && found.State === 'ENABLED');
  await printSchedules(session, [after], after.found.State === 'ENABLED' ? [after, ...others] : []);
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
      const workflow = workflowStartedBy(found, stack.outputs);
      return {
        name: logicalId,
        found,
        ...(workflow && { workflow }),
        problems: await inputProblems(found, found.Target?.Input ?? '{}'),
      };
    }),
  );
}

/** UpdateSchedule replaces everything, so everything is given. Fails with all that is wrong with the change. */
async function changedSchedule({ name, found, problems }: Schedule, change: Change): Promise<UpdateScheduleInput> {
  const { Arn: _arn, CreationDate: _created, LastModificationDate: _modified, ...kept } = found;
  const base = kept as UpdateScheduleInput;
  if (change.action !== 'set') {
    const State = change.action === 'enable' ? 'ENABLED' : 'DISABLED';
    if (State === 'ENABLED') refuse(problems, missingInput(name, found));
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

function refuse(problems: string[], ...then: string[]): void {
  if (problems.length > 0)
    throw usageFailure(['Nothing was changed:', ...problems.map((problem) => `- ${problem}`), ...then]);
}

/** What to do about an input that the workflow refuses: it is the schedule's, not one of this command. */
function missingInput(name: string, { Target }: GetScheduleOutput): string {
  const what = ['', '{}'].includes(Target?.Input ?? '') ? 'has no input yet' : 'has an input that its workflow refuses';
  return `The schedule ${what}: its runs would fail. Set it first, with a file like one of events/:\n  backup-workflows schedules set ${name} --input FILE`;
}

function expressionProblems({
  ScheduleExpression = '',
  ScheduleExpressionTimezone = 'UTC',
}: Partial<UpdateScheduleInput>): string[] {
  const problem = explainExpression(ScheduleExpression, ScheduleExpressionTimezone);
  return problem ? [problem] : [];
}

/** The workflow whose state machine or function a schedule's target is. */
function workflowStartedBy({ Target }: GetScheduleOutput, outputs: Record<string, string>): string | undefined {
  const arn = Target?.Arn ?? '';
  const machine = arn.split(':').at(-1) ?? '';
  return (
    machineWorkflows.find((name) => machine.endsWith(`-${name}`)) ??
    (Object.values(outputs).includes(arn) || arn.includes(':function:') ? functionWorkflows[0] : undefined)
  );
}

/** What the schedule's workflow would refuse. */
async function inputProblems({ Target }: GetScheduleOutput | UpdateScheduleInput, text: string): Promise<string[]> {
  const machine = Target?.Arn?.split(':').at(-1) ?? '';
  const workflow = machineWorkflows.find((name) => machine.endsWith(`-${name}`));
  return workflow ? ((await workflows[workflow]?.problemsOf(JSON.parse(text))) ?? []) : [];
}

async function printSchedules(session: Session, all: Schedule[], calendar: Schedule[]): Promise<void> {
  const { screen, options, aws, asData } = session;
  const past = await pastOf(session, [...all, ...calendar]);
  const coming = calendarOf(
    calendar.map((schedule) => timed(schedule, past, aws.now())),
    aws.now(),
  );
  const rows = all.map((schedule) => {
    const { name, found, workflow } = schedule;
    const { last, expectedSeconds } = past.get(workflow ?? '') ?? {};
    const isOn = found.State === 'ENABLED';
    return {
      name,
      workflow,
      state: found.State ?? '',
      expression: found.ScheduleExpression ?? '',
      words: inWords(found.ScheduleExpression ?? ''),
      timeZone: found.ScheduleExpressionTimezone ?? 'UTC',
      next: isOn ? nextTimes(timed(schedule, past, aws.now()), aws.now(), NEXT_TIMES) : [],
      expectedSeconds,
      last,
      input: found.Target?.Input ?? '{}',
    };
  });
  if (options.json) {
    const iso = (at: number) => new Date(at).toISOString();
    screen.print(
      asData(
        rows.map(({ last, ...row }) => ({
          ...row,
          next: row.next.map(iso),
          last: last && { runId: last.runId, outcome: last.outcome, startedAt: iso(last.startedAt * 1000) },
          calendar: coming
            .filter(({ name }) => name === row.name)
            .map(({ at, endsAt, overlaps }) => ({ at: iso(at), ...(endsAt && { endsAt: iso(endsAt) }), overlaps })),
        })),
      ),
    );
    return;
  }
  const cell = (text: string, tone: Tone = 'plain') => ({ text, tone });
  screen.print(
    table(
      ['schedule', 'state', 'when', 'zone', 'next, local time', 'takes', 'last run'],
      rows.map(({ name, state, expression, words, timeZone, next, expectedSeconds, last }) => [
        cell(name),
        cell(state, state === 'ENABLED' ? 'good' : 'quiet'),
        cell(words === expression ? expression : `${words}\n${expression}`),
        cell(timeZone),
        cell(next.map(localMinute).join('\n') || '-'),
        cell(expectedSeconds === undefined ? '-' : duration(expectedSeconds)),
        cell(
          last ? `${last.outcome ?? 'in progress'}\n${localMinute(last.startedAt * 1000)}` : '-',
          last?.outcome === 'FAILED' ? 'bad' : 'plain',
        ),
      ]),
      screen,
    ),
  );
  printCalendar(session, coming);
}

/** The next days, one block of lines each; a schedule that runs more often than a person reads has one line a day. */
function printCalendar({ screen }: Session, coming: Coming[]): void {
  if (coming.length === 0) return;
  screen.print('');
  screen.print(screen.paint(`The next ${CALENDAR_DAYS} days, local time:`, 'title'));
  const days = grouped(coming, ({ at }) => localDay(at));
  for (const [day, runs] of days) {
    let shownDay = day;
    for (const [name, ofSchedule] of grouped(runs, (run) => run.name)) {
      const isOften = ofSchedule.length > MOST_A_DAY;
      for (const { at, endsAt, overlaps } of isOften ? ofSchedule.slice(0, 1) : ofSchedule) {
        const until = endsAt === undefined ? '' : ` to about ${localClock(endsAt).slice(0, -3)}`;
        const often = isOften ? `, and ${ofSchedule.length - 1} times more` : '';
        const during = [...new Set(isOften ? ofSchedule.flatMap((run) => run.overlaps) : overlaps)];
        const overlap = during.length > 0 ? `  while ${during.join(', ')} is expected to be in progress` : '';
        screen.print(
          [
            screen.paint(shownDay.padEnd(day.length), 'quiet'),
            screen.paint(`${localClock(at).slice(0, -3)}${until}${often}`, 'plain'),
            screen.paint(`${name}${overlap}`, overlap ? 'notice' : 'plain'),
          ].join('  '),
        );
        shownDay = '';
      }
    }
  }
}

function timed({ name, found, workflow }: Schedule, past: Map<string, Past>, now: number): Timed {
  const { ScheduleExpression = '', ScheduleExpressionTimezone = 'UTC', StartDate, CreationDate } = found;
  const { expectedSeconds } = past.get(workflow ?? '') ?? {};
  return {
    name,
    expression: ScheduleExpression,
    timeZone: ScheduleExpressionTimezone,
    beginsAt: Number(StartDate ?? CreationDate ?? now),
    ...(expectedSeconds !== undefined && { expectedSeconds }),
  };
}

/** The last run of each schedule's workflow, and how long its runs took. Dry runs are none. */
async function pastOf(session: Session, schedules: Schedule[]): Promise<Map<string, Past>> {
  const names = [...new Set(schedules.flatMap(({ workflow }) => workflow ?? []))];
  const found = await Promise.all(
    names.map(async (workflow): Promise<[string, Past]> => {
      const runs = (await listRuns(session, { workflow, open: false, limit: RUNS_OF_PAST })).filter(
        (run) => !run.DryRun,
      );
      const took = runs.flatMap(({ startedAt, finishedAt, outcome }) =>
        outcome === 'SUCCEEDED' && finishedAt ? [finishedAt - startedAt] : [],
      );
      return [workflow, { last: runs[0], expectedSeconds: middle(took) }];
    }),
  );
  return new Map(found);
}
