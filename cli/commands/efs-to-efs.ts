import { type Command, Option } from '@commander-js/extra-typings';
import { afterHelp, count, dryRun, type OptionsOf, sub, wholeNumber } from '../command-line';
import { requireConsent, yes } from '../consent';
import { EXIT, usageFailure } from '../failure';
import { exitCodeOf, follow } from '../follow';
import { invoke } from '../invoke';
import { outcomeAsJson, printOutcome } from '../run-report';
import { findRun } from '../runs';
import type { Session } from '../session';
import { parseLocalTime } from '../typed-time';
import type { CarryOut } from './all';
import { followToEnd } from './start';

type StartOptions = OptionsOf<typeof startFlags>;
type VerifyOptions = OptionsOf<typeof verifyFlags>;
type RestoreOptions = OptionsOf<typeof restoreFlags>;

/** What the orchestrator answers. */
interface Answered {
  runId: string;
  status: string;
}

/** `efs-to-efs`: starts and stops backups, verifies their copies, and restores from them. */
export function declare(command: Command, carryOut: CarryOut): void {
  startFlags(sub(command, 'start', 'starts a backup'))
    .addHelpText(
      'after',
      afterHelp('backup-workflows efs-to-efs start --interval weekly --retain 8 --follow', {
        ok: 'the run is started; with --follow: it succeeded',
        failed: 'with --follow: the run failed, or was stopped',
      }),
    )
    .action((options) => carryOut((session) => startBackup(session, options)));
  sub(command, 'stop', 'stops a run of it cleanly')
    .argument('<run>', 'as `list` names it')
    .addOption(dryRun())
    .addOption(yes("the run's name"))
    .addHelpText(
      'after',
      afterHelp('backup-workflows efs-to-efs stop efs-to-efs-daily-20261120 --dry-run', {
        ok: 'the run is stopping',
        declined: 'you said no; nothing was done',
      }),
    )
    .action((run, options) => carryOut((session) => stopRun(session, run, options)));
  verifyFlags(sub(command, 'verify', 'compares a copy, the newest by default, with what was written'))
    .addHelpText(
      'after',
      afterHelp('backup-workflows efs-to-efs verify --interval weekly --index 0 --follow', {
        ok: 'the run is started; with --follow: the copy is as it was written',
        failed: 'with --follow: files differ, or the run failed',
      }),
    )
    .action((options) => carryOut((session) => verify(session, options)));
  restoreFlags(sub(command, 'restore', 'restores a copy, the newest by default'))
    .addHelpText(
      'after',
      afterHelp("backup-workflows efs-to-efs restore --at '2026-11-20 22:00:00' --sub-path /home/kim --follow", {
        ok: 'the run is started; with --follow: it succeeded',
        failed: 'the preview failed; with --follow: the run failed, or was stopped',
        declined: 'you said no after the preview; nothing was written',
      }),
    )
    .action((options) => carryOut((session) => restore(session, options)));
}

function startFlags(command: Command) {
  return command
    .option('--interval <NAME>', 'the series of copies (default: that of the stack, as all of these)')
    .option('--retain <N>', 'how many copies of the series are kept', wholeNumber)
    .option('--folder-label <NAME>', 'the folder of the copies')
    .option('--path <PATH>', 'what is backed up')
    .option('--exclude <PATTERN...>', 'paths that are left out, as docs/efs-to-efs.md says')
    .option('--accept-shrunk-copy <NAME>', 'the suspect copy that you have looked at and that is right')
    .option('--discard-incomplete', 'give up what interrupted runs have copied')
    .option('--window-minutes <N>', 'when it has to end', wholeNumber)
    .option('--follow', 'show what happens until its end', false)
    .addOption(dryRun());
}

/** Which copy; the newest unless one of these says otherwise. */
function copyFlags(command: Command) {
  return command
    .option('--interval <NAME>', 'a copy of this series')
    .option('--index <N>', 'the copy of the series, 0 is the newest', count)
    .option('--at <TIME>', 'the copy as of this time, in the local zone')
    .option('--folder-label <NAME>', 'the folder of the copies');
}

function verifyFlags(command: Command) {
  return copyFlags(command)
    .option('--sample-files <N>', 'read only so many files (default: all)', wholeNumber)
    .option('--window-minutes <N>', 'when it has to end', wholeNumber)
    .option('--follow', 'show what happens until its end', false)
    .addOption(dryRun());
}

function restoreFlags(command: Command) {
  return copyFlags(command)
    .option('--sub-path <PATH>', 'only this part of the copy')
    .option('--exclude <PATTERN...>', 'paths of it that are left out')
    .option('--target-file-system <ID>', 'where to (default: the file system that was backed up)')
    .option('--target-path <PATH>', 'where to on it')
    .option('--in-place', 'over what is there, after a preview, instead of into a new directory', false)
    .option('--delete-extra', 'with --in-place: delete what the copy does not have', false)
    .option('--window-minutes <N>', 'when it has to end', wholeNumber)
    .option('--follow', 'show what happens until its end', false)
    .addOption(new Option('--dry-run', 'only make the preview').default(false))
    .addOption(yes('the file system that would be written to'));
}

async function startBackup(session: Session, request: StartOptions): Promise<number> {
  const { follow: isFollowed, dryRun: isDryRun, ...backup } = request;
  return begin(session, { mode: 'backup', action: 'start', ...backup }, request);
}

/** Stops a run of EFS-to-EFS cleanly; the next run continues from there. */
export async function stopRun(
  session: Session,
  wanted: string,
  request: { yes?: string; dryRun: boolean },
): Promise<number> {
  const { screen, options } = session;
  const runId = await findRun(session, wanted);
  if (request.dryRun) {
    const plan = `${runId} would be stopped; the next run continues from there.`;
    screen.print(options.json ? session.asData({ runId, wouldStop: true }) : plan);
  } else {
    await requireConsent(session, `${runId} is going to be stopped.`, runId, request.yes);
    const answered = await orchestrate(session, { mode: 'backup', action: 'stop', backupId: runId });
    if (options.json) screen.print(session.asData(answered));
    else screen.print(`${runId} is stopping. Watch it with: backup-workflows follow ${runId}`);
  }
  return EXIT.ok;
}

/** Compares a copy with what was written; a followed one that finds damage ends with `EXIT.failed`. */
async function verify(session: Session, request: VerifyOptions): Promise<number> {
  const { folderLabel, sampleFiles, windowMinutes } = request;
  const { copy, problems } = readCopy(request);
  if (problems.length > 0) throw usageFailure(problems);
  const input = { mode: 'verify', action: 'start', copy, folderLabel, sampleFiles, windowMinutes };
  return begin(session, input, request);
}

/** Starts a run; a dry run is shown to its end, which comes at once. */
async function begin(session: Session, input: object, request: { follow: boolean; dryRun: boolean }): Promise<number> {
  const answered = await orchestrate(session, { ...input, ...(request.dryRun && { dryRun: true }) });
  return say(session, answered, request.follow || request.dryRun);
}

/** Restores a copy: into a new directory, or in place after its preview was seen and agreed to. */
async function restore(session: Session, request: RestoreOptions): Promise<number> {
  const input = restoreInput(request);
  if (!request.dryRun && !request.inPlace) return say(session, await orchestrate(session, input), request.follow);
  const { screen, options } = session;
  const { runId: previewId } = await orchestrate(session, { ...input, action: 'preview' });
  const preview = await follow(session, previewId);
  if (!preview) return EXIT.failed;
  const isUsable = exitCodeOf(preview) === EXIT.ok;
  if (options.json && (request.dryRun || !isUsable)) screen.print(session.asData(outcomeAsJson(preview)));
  if (!options.json) printOutcome(preview, screen);
  if (!isUsable || request.dryRun) return exitCodeOf(preview);
  const {
    toFileSystemId = '',
    creates,
    overwrites,
    deletes,
  } = (preview.record?.report ?? {}) as Record<string, unknown>;
  await requireConsent(
    session,
    `The restore creates ${creates} files on ${toFileSystemId}, overwrites ${overwrites} and deletes ${deletes}.`,
    String(toFileSystemId),
    request.yes,
  );
  const consent = request.deleteExtra ? 'overwriteAndDelete' : 'overwrite';
  return say(session, await orchestrate(session, { ...input, previewId, consent }), request.follow);
}

function restoreInput(request: RestoreOptions): object {
  const { folderLabel, subPath, exclude, targetFileSystem, targetPath, windowMinutes, inPlace, deleteExtra } = request;
  const { copy, problems } = readCopy(request);
  if (deleteExtra && !inPlace)
    problems.push('--delete-extra is for --in-place: a new directory has nothing to delete.');
  if (problems.length > 0) throw usageFailure(problems);
  return {
    mode: 'restore',
    action: 'start',
    copy,
    folderLabel,
    subPath,
    exclude,
    ...((targetFileSystem ?? targetPath) && { target: { fileSystemId: targetFileSystem, path: targetPath } }),
    into: inPlace ? 'inPlace' : 'newDirectory',
    deleteExtra,
    windowMinutes,
  };
}

/** The copy that is asked for, as the orchestrator names it, and what is wrong with the question. */
function readCopy({ interval, index, at }: OptionsOf<typeof copyFlags>): { copy: object; problems: string[] } {
  const problems: string[] = [];
  const time = at === undefined ? undefined : parseLocalTime(at);
  if (time && 'problem' in time) problems.push(`--at: ${time.problem}`);
  if (index !== undefined && interval === undefined) problems.push('--index needs --interval.');
  if (index !== undefined && at !== undefined) problems.push('Give --index or --at, not both.');
  if (index !== undefined) return { copy: { interval, index }, problems };
  if (time && 'at' in time) return { copy: { at: time.at.toISOString(), interval }, problems };
  return { copy: { newest: true, interval }, problems };
}

async function say(session: Session, { runId, status }: Answered, isFollowed: boolean): Promise<number> {
  if (isFollowed) return followToEnd(session, runId);
  const { screen, options } = session;
  if (options.json) screen.print(session.asData({ runId, status }));
  else screen.print(`Started ${runId}. Watch it with: backup-workflows follow ${runId}`);
  return EXIT.ok;
}

function orchestrate(session: Session, input: object): Promise<Answered> {
  return invoke(
    session,
    'EfsToEfsFunctionName',
    input,
    'it is made when EfsToEfsSourceFileSystemId, EfsToEfsVpcId and EfsToEfsSubnetIds are given to sam deploy.',
  );
}
