import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT } from './failure';
import { machineWorkflows, workflows } from './workflows';

/** Where and how a command works. */
export interface CommonOptions {
  stack?: string;
  region?: string;
  /** The simulated account of `npm run local`, at this port. */
  localPort?: number;
  json: boolean;
}

/** Consent that a destructive command does not have to ask for, and whether it only shows what it would do. */
interface Consent {
  yes?: string;
  dryRun: boolean;
}

/** Which copy of EFS-to-EFS; the newest unless one of these says otherwise. */
export interface WhichCopy {
  interval?: string;
  index?: number;
  at?: string;
  folderLabel?: string;
}

/** What the command line asks for. Files are names; `-` stands for standard input. */
export type Request = CommonOptions &
  (
    | ({ command: 'start'; workflow: string; input: string; name?: string; follow: boolean } & Consent)
    | { command: 'follow'; run?: string }
    | { command: 'status'; run?: string }
    | { command: 'list'; workflow?: string; open: boolean; limit: number }
    | ({ command: 'stop'; run: string; reason?: string } & Consent)
    | { command: 'history'; run: string; html?: string; redact: boolean }
    | { command: 'schedules'; action: 'list' }
    | { command: 'schedules'; action: 'enable' | 'disable'; schedule: string; dryRun: boolean }
    | {
        command: 'schedules';
        action: 'set';
        schedule: string;
        expression?: string;
        timeZone?: string;
        input?: string;
        dryRun: boolean;
      }
    | { command: 'recovery-points'; type?: string; resource?: string; vault?: string }
    | ({ command: 'approve' | 'refuse'; run?: string; by?: string } & Consent)
    | { command: 'doctor'; tags: string[]; config?: string }
    | { command: 'dynamodb'; config?: string }
    | {
        command: 'dynamodb undo-writes';
        table: string;
        from: string;
        to: string;
        filter?: string;
        onConflict?: string;
        follow: boolean;
        dryRun: boolean;
      }
    | {
        command: 'efs-to-efs';
        action: 'start';
        interval?: string;
        retain?: number;
        folderLabel?: string;
        path?: string;
        windowMinutes?: number;
        follow: boolean;
      }
    | ({ command: 'efs-to-efs'; action: 'stop'; run: string } & Consent)
    | ({
        command: 'efs-to-efs';
        action: 'verify';
        sampleFiles?: number;
        windowMinutes?: number;
        follow: boolean;
      } & WhichCopy)
    | ({
        command: 'efs-to-efs';
        action: 'restore';
        subPath?: string;
        targetFileSystem?: string;
        targetPath?: string;
        inPlace: boolean;
        deleteExtra: boolean;
        windowMinutes?: number;
        follow: boolean;
      } & WhichCopy &
        Consent)
  );

/** What to print and with which exit code, when there is nothing to do. */
interface Answer {
  text: string;
  exitCode: number;
}

const TYPES = ['EC2', 'EBS', 'EFS', 'DynamoDB'];
const ZONES_HINT = 'a time zone such as Europe/Berlin';

/** Reads the command line; touches nothing. `defaultPort` is where `npm run local` serves. */
export function parse(args: string[], defaultPort: number, version: string): { request: Request } | Answer {
  let request: Request | undefined;
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  const program = build(defaultPort, version, (parsed) => {
    request = parsed;
  });
  // Only commands that are made afterwards would inherit these.
  for (const command of withSubcommands(program))
    command.exitOverride().configureOutput({ writeOut: write, writeErr: write, getOutHelpWidth: () => 100 });
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { text, exitCode: error.exitCode === 0 ? EXIT.ok : EXIT.usage };
  }
  return request ? { request } : { text, exitCode: EXIT.usage };
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function build(defaultPort: number, version: string, found: (request: Request) => void): Command {
  const program = new Command('backup-workflows')
    .description('Starts, watches and schedules backup and recovery workflows, and recovers DynamoDB tables.')
    .version(version)
    .option('--stack <NAME>', 'the deployed stack (default: that of samconfig.toml, else backup-workflows)')
    .option('--region <REGION>', 'its region (default: AWS_REGION, else that of the AWS profile)')
    .option('--local', 'use the simulated account of `npm run local` instead of AWS')
    .option('--port <N>', `where the simulated account is served (default: ${defaultPort})`, wholeNumber)
    .option('--json', 'print data as JSON and nothing else')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', examples('backup-workflows list --local'));

  const take = (parsed: object, command: Command) => {
    const { local, port, json = false, stack, region } = command.optsWithGlobals();
    const localPort = local || port !== undefined ? (port ?? defaultPort) : undefined;
    const common = { json, ...defined({ stack, region, localPort }) };
    found({ ...common, ...defined(parsed as Record<string, unknown>) } as Request);
  };

  sub(program, 'start', 'starts a workflow', 'start efs-backup --input events/efs-backup.json --follow')
    .argument('<workflow>', machineWorkflows.join(', '), workflowName)
    .requiredOption('--input <FILE>', 'its input, JSON; - for standard input')
    .option('--name <NAME>', 'name of the execution (default: made from the time)')
    .option('--follow', 'show what happens until its end', false)
    .addOption(dryRun())
    .addOption(yes('what would be deleted'))
    .action((workflow, options, command) => take({ command: 'start', workflow, ...options }, command));

  sub(program, 'follow', 'shows what a run does until its end', 'follow nightly-20261120')
    .argument('[run]', RUN)
    .action((run, _options, command) => take({ command: 'follow', run }, command));

  sub(program, 'status', 'shows how a run stands', 'status nightly-20261120 --json')
    .argument('[run]', RUN)
    .action((run, _options, command) => take({ command: 'status', run }, command));

  sub(program, 'list', 'lists runs, the newest first', 'list --workflow efs-backup --limit 50')
    .addOption(new Option('--workflow <NAME>', 'only runs of this workflow').choices(Object.keys(workflows)))
    .option('--open', 'only runs that are not closed yet', false)
    .option('--limit <N>', 'at most so many', wholeNumber, 20)
    .action((options, command) => take({ command: 'list', ...options }, command));

  sub(program, 'stop', 'stops a run; what it left open is undone', 'stop nightly-20261120 --yes nightly-20261120')
    .argument('<run>', 'name or ARN of its execution')
    .option('--reason <TEXT>', 'why, for its record')
    .addOption(dryRun())
    .addOption(yes("the run's name"))
    .action((run, options, command) => take({ command: 'stop', run, ...options }, command));

  sub(program, 'history', 'lists the steps of a run with their times', 'history nightly-20261120 --html nightly.html')
    .argument('<run>', 'name or ARN of its execution')
    .option('--html <FILE>', 'write a page with its timeline instead, which any browser opens')
    .option('--redact', 'leave account ids and ARNs out of the page', false)
    .action((run, options, command) => take({ command: 'history', run, ...options }, command));

  const schedules = sub(program, 'schedules', 'lists the schedules, or changes one', 'schedules').action(
    (_options, command) => take({ command: 'schedules', action: 'list' }, command),
  );
  sub(schedules, 'list', 'lists all schedules with their next times', 'schedules list').action((_options, command) =>
    take({ command: 'schedules', action: 'list' }, command),
  );
  for (const action of ['enable', 'disable'] as const)
    sub(schedules, action, `${action}s a schedule`, `schedules ${action} EfsBackupSchedule`)
      .argument('<schedule>', 'as `schedules list` names it')
      .addOption(dryRun())
      .action((schedule, options, command) => take({ command: 'schedules', action, schedule, ...options }, command));
  sub(
    schedules,
    'set',
    'changes when a schedule runs, or with which input',
    "schedules set EfsBackupSchedule --expression 'cron(30 2 * * ? *)' --time-zone Europe/Berlin",
  )
    .argument('<schedule>', 'as `schedules list` names it')
    .option('--expression <TEXT>', 'rate(…), cron(…) or at(…)')
    .option('--time-zone <ZONE>', ZONES_HINT)
    .option('--input <FILE>', 'input of its runs, JSON; - for standard input')
    .addOption(dryRun())
    .action((schedule, options, command) =>
      take({ command: 'schedules', action: 'set', schedule, ...options }, command),
    );

  sub(program, 'recovery-points', 'lists what can be restored, the newest first', 'recovery-points --type DynamoDB')
    .addOption(new Option('--type <TYPE>', 'only of this type').choices(TYPES))
    .option('--resource <NAME>', 'only of this instance, file system or table (id, name or ARN)')
    .option('--vault <NAME>', 'only of this backup vault')
    .action((options, command) => take({ command: 'recovery-points', ...options }, command));

  for (const answer of ['approve', 'refuse'] as const)
    sub(program, answer, `${answer}s what a run asks for`, `${answer} restore-parks --yes ParksAr`)
      .argument('[run]', 'name or ARN of the execution (default: the one that asks)')
      .option('--by <NAME>', 'who answers, for the record (default: you)')
      .addOption(dryRun())
      .addOption(yes('the table that would be replaced'))
      .action((run, options, command) => take({ command: answer, run, ...options }, command));

  sub(
    program,
    'doctor',
    'checks account, stack and what is backed up, and says what to do',
    'doctor --tag backup-job=true',
  )
    .option(
      '--tag <KEY=VALUE>',
      'instances that have to be reachable (repeatable; default: those of the schedules)',
      collect,
      [],
    )
    .option('--config <FILE>', CONFIG)
    .action(({ tag, ...options }, command) => take({ command: 'doctor', tags: tag, ...options }, command));

  const dynamodb = sub(
    program,
    'dynamodb',
    'the recovery console: restore, back up, delete and protect tables',
    'dynamodb --local',
  )
    .option('--config <FILE>', CONFIG)
    .action((options, command) => take({ command: 'dynamodb', ...options }, command));
  sub(
    dynamodb,
    'undo-writes',
    'undoes what a window of writes did, item by item, in the live table',
    "dynamodb undo-writes Products --from '2026-11-20 02:14:00' --to '2026-11-20 02:15:00'",
  )
    .argument('<table>', 'its name')
    .requiredOption('--from <TIME>', 'the first second of the bad writes, in the local zone')
    .requiredOption('--to <TIME>', 'the first second after them')
    .option('--filter <JSONATA>', 'only items for which this is true (default: all that were written)')
    .addOption(
      new Option('--on-conflict <WAY>', 'what becomes of items that were written again since').choices([
        'Skip',
        'Overwrite',
        'Merge',
        'Fail',
      ]),
    )
    .option('--follow', 'show what happens until its end', false)
    .addOption(new Option('--dry-run', 'export, plan and show, and write nothing').default(false))
    .action((table, options, command) => take({ command: 'dynamodb undo-writes', table, ...options }, command));

  const efsToEfs = program
    .command('efs-to-efs')
    .description('backs up a file system into another one, verifies the copies, and restores from them');
  sub(efsToEfs, 'start', 'starts a backup', 'efs-to-efs start --interval weekly --retain 8 --follow')
    .option('--interval <NAME>', 'the series of copies (default: that of the stack, as all of these)')
    .option('--retain <N>', 'how many copies of the series are kept', wholeNumber)
    .option('--folder-label <NAME>', 'the folder of the copies')
    .option('--path <PATH>', 'what is backed up')
    .option('--window-minutes <N>', 'when it has to end', wholeNumber)
    .option('--follow', 'show what happens until its end', false)
    .action((options, command) => take({ command: 'efs-to-efs', action: 'start', ...options }, command));
  sub(efsToEfs, 'stop', 'stops a run of it cleanly', 'efs-to-efs stop efs-to-efs-daily-20261120 --dry-run')
    .argument('<run>', 'as `list` names it')
    .addOption(dryRun())
    .addOption(yes("the run's name"))
    .action((run, options, command) => take({ command: 'efs-to-efs', action: 'stop', run, ...options }, command));
  whichCopy(
    sub(
      efsToEfs,
      'verify',
      'compares a copy, the newest by default, with what was written',
      'efs-to-efs verify --interval weekly --index 0 --follow',
    ),
  )
    .option('--sample-files <N>', 'read only so many files (default: all)', wholeNumber)
    .option('--window-minutes <N>', 'when it has to end', wholeNumber)
    .option('--follow', 'show what happens until its end', false)
    .action((options, command) => take({ command: 'efs-to-efs', action: 'verify', ...options }, command));
  whichCopy(
    sub(
      efsToEfs,
      'restore',
      'restores a copy, the newest by default',
      "efs-to-efs restore --at '2026-11-20 22:00:00' --sub-path /home/kim --follow",
    ),
  )
    .option('--sub-path <PATH>', 'only this part of the copy')
    .option('--target-file-system <ID>', 'where to (default: the file system that was backed up)')
    .option('--target-path <PATH>', 'where to on it')
    .option('--in-place', 'over what is there, after a preview, instead of into a new directory', false)
    .option('--delete-extra', 'with --in-place: delete what the copy does not have', false)
    .option('--window-minutes <N>', 'when it has to end', wholeNumber)
    .option('--follow', 'show what happens until its end', false)
    .addOption(new Option('--dry-run', 'only make the preview').default(false))
    .addOption(yes('the file system that would be written to'))
    .action((options, command) => take({ command: 'efs-to-efs', action: 'restore', ...options }, command));

  return program;
}

const RUN = 'name or ARN of its execution (default: the one that is going on)';
const CONFIG = 'the configuration (default: backup-workflows.config.json, if it is there)';

function sub(parent: Command, name: string, description: string, example: string): Command {
  return parent
    .command(name)
    .description(description)
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', examples(`backup-workflows ${example}`));
}

function whichCopy(command: Command): Command {
  return command
    .option('--interval <NAME>', 'a copy of this series')
    .option('--index <N>', 'the copy of the series, 0 is the newest', count)
    .option('--at <TIME>', 'the copy as of this time, in the local zone')
    .option('--folder-label <NAME>', 'the folder of the copies');
}

function examples(line: string): string {
  return `\nExample:\n  ${line}`;
}

function dryRun(): Option {
  return new Option('--dry-run', 'only say what would be done').default(false);
}

function yes(what: string): Option {
  return new Option('--yes <NAME>', `do not ask; NAME is ${what}`);
}

function workflowName(name: string): string {
  if (machineWorkflows.includes(name)) return name;
  throw new InvalidArgumentError(`There is no such workflow. Known: ${machineWorkflows.join(', ')}.`);
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

function count(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be 0 or a whole number above it.');
}

function collect(value: string, earlier: string[]): string[] {
  if (!/^[^=]+=.*$/.test(value)) throw new InvalidArgumentError('It must be KEY=VALUE.');
  return [...earlier, value];
}

function defined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
