import { Argument, type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { hasName } from '../../functions/shared/error-name';
import { afterHelp, type OptionsOf } from '../command-line';
import { requireConsent, yes } from '../consent';
import { EXIT, Failure, usageFailure } from '../failure';
import { exitCodeOf, follow } from '../follow';
import { outcomeAsJson, printOutcome } from '../run-report';
import { runName } from '../runs';
import { readJson, type Session } from '../session';
import { familyOf, functionWorkflows, machineWorkflows, stateMachineOutput, workflows } from '../workflows';
import type { CarryOut } from './all';

/** `start`: checks the input, starts an execution, and shows it until its end if that is asked for. */
export function declare(command: Command, carryOut: CarryOut): void {
  flags(command)
    .addArgument(workflowArgument())
    .addHelpText(
      'after',
      afterHelp('backup-workflows start efs-backup --input events/efs-backup.json --follow', {
        ok: 'the run is started; with --follow: it succeeded; with --dry-run: it could be started',
        failed: 'with --follow: the run failed, or was stopped; with --dry-run: something is in its way',
        declined: 'you said no; nothing was started',
      }),
    )
    .action((workflow, options) => carryOut((session) => start(session, workflow, options)));
}

function flags(command: Command) {
  return command
    .requiredOption('--input <FILE>', 'its input, JSON; - for standard input')
    .option('--name <NAME>', 'name of the execution (default: made from the time)', nameOfExecution)
    .option('--follow', 'show what happens until its end', false)
    .option('--dry-run', 'let the run look at everything and say what it would do; it changes nothing', false)
    .addOption(yes('what would be deleted'));
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html: less than AWS takes, for URLs and logs. */
function nameOfExecution(name: string): string {
  if (/^[A-Za-z0-9_-]{1,80}$/.test(name)) return name;
  throw new InvalidArgumentError('It must be 1 to 80 letters, digits, - or _.');
}

/** Its choices are for the completion; what is refused leads to where it is. */
function workflowArgument() {
  const argument = new Argument('<workflow>', machineWorkflows.join(', ')).argParser(workflowName);
  argument.argChoices = [...machineWorkflows];
  return argument;
}

function workflowName(name: string): string {
  if (machineWorkflows.includes(name)) return name;
  if (functionWorkflows.includes(name))
    throw new InvalidArgumentError(`Start it with: backup-workflows ${name} start (or restore, verify).`);
  throw new InvalidArgumentError(`There is no such workflow. Known: ${machineWorkflows.join(', ')}.`);
}

async function start(session: Session, workflow: string, request: OptionsOf<typeof flags>): Promise<number> {
  const input = readJson('--input', request.input);
  await requireRightInput(workflow, input);
  const name = request.name ?? executionName(session);
  const { screen, options } = session;
  if (request.dryRun)
    return followToEnd(session, await startRun(session, workflow, { ...(input as object), DryRun: true }, name));
  const doomed = workflows[workflow]?.deletes?.(input as Record<string, unknown>);
  if (doomed)
    await requireConsent(session, `This run deletes the table ${doomed} without asking again.`, doomed, request.yes);
  const runId = await startRun(session, workflow, input, name);
  if (request.follow) return followToEnd(session, runId);
  if (options.json) screen.print(session.asData({ runId }));
  else screen.print(`Started ${runName(runId)}. Watch it with: backup-workflows follow ${runName(runId)}`);
  return EXIT.ok;
}

/** Throws a failure that lists everything wrong with a workflow's input. Asks nothing of AWS. */
async function requireRightInput(workflow: string, input: unknown): Promise<void> {
  const problems = (await workflows[workflow]?.problemsOf(input)) ?? [];
  if (problems.length > 0)
    throw usageFailure(['The input is wrong, nothing was started:', ...problems.map((problem) => `- ${problem}`)]);
}

/**
 * Checks the input that a command of a workflow's own has made, starts a run with it, and shows it until its end if that is
 * asked for; otherwise `said` tells people, by the run's name, what comes next. Returns the exit code.
 */
export async function startMade(
  session: Session,
  workflow: string,
  input: object,
  { follow: toItsEnd, said }: { follow: boolean; said: (run: string) => string },
): Promise<number> {
  await requireRightInput(workflow, input);
  const runId = await startRun(session, workflow, input);
  if (toItsEnd) return followToEnd(session, runId);
  const { screen, options } = session;
  if (options.json) screen.print(session.asData({ runId, input }));
  else screen.print(said(runName(runId)));
  return EXIT.ok;
}

/** Starts an execution with an input that was checked. Safe to repeat with the same name. Returns its ARN. */
export async function startRun(
  session: Session,
  workflow: string,
  input: unknown,
  name = executionName(session),
): Promise<string> {
  const stateMachineArn = await stateMachineOf(session, workflow);
  try {
    const sfn = await session.aws.client('sfn');
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, name, input: JSON.stringify(input) });
    return executionArn;
  } catch (error) {
    if (!hasName(error, 'ExecutionAlreadyExists')) throw error;
    throw usageFailure([`There has been a run ${name} of ${workflow} already. Choose another --name.`]);
  }
}

/** Shows a run until its end, and how it ended. Returns the exit code. */
export async function followToEnd(session: Session, runId: string): Promise<number> {
  const outcome = await follow(session, runId);
  if (!outcome) return EXIT.ok;
  if (session.options.json) session.screen.print(session.asData(outcomeAsJson(outcome)));
  else printOutcome(outcome, session.screen);
  return exitCodeOf(outcome);
}

async function stateMachineOf(session: Session, workflow: string): Promise<string> {
  const { outputs, name, parameters } = await session.stack();
  const arn = outputs[stateMachineOutput(workflow)];
  if (arn) return arn;
  const family = familyOf(workflow) ?? '';
  const what =
    parameters[family] === 'No' ? `deploy it with the parameter ${family}=Yes` : 'deploy this version of it first';
  throw new Failure(`The stack ${name} has no workflow ${workflow}: ${what}.`, EXIT.aws);
}

/** `ops-20261120-220000-k3f9`: who, when, and something that makes it the only one. */
function executionName({ aws, user }: Session): string {
  const stamp = new Date(aws.now()).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  const who = user.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 30) || 'cli';
  return `${who}-${stamp}-${Math.random().toString(36).slice(2, 6)}`;
}
