import { requireConsent } from '../consent';
import { parseLocalTime } from '../dates';
import { EXIT, usageFailure } from '../failure';
import { exitCodeOf, follow } from '../follow';
import { invoke } from '../invoke';
import type { Request, WhichCopy } from '../parse';
import { outcomeAsJson, printOutcome } from '../run-report';
import { findRun } from '../runs';
import type { Session } from '../session';
import { followToEnd } from './start';

type EfsToEfsRequest = Extract<Request, { command: 'efs-to-efs' }>;
type VerifyRequest = Extract<EfsToEfsRequest, { action: 'verify' }>;
type RestoreRequest = Extract<EfsToEfsRequest, { action: 'restore' }>;

/** What the orchestrator answers. */
interface Answered {
  runId: string;
  status: string;
}

/** Starts and stops backups of EFS-to-EFS, verifies their copies, and restores from them. */
export async function efsToEfs(session: Session, request: EfsToEfsRequest): Promise<number> {
  switch (request.action) {
    case 'start':
      return startBackup(session, request);
    case 'stop':
      return stopRun(session, request.run, request);
    case 'verify':
      return verify(session, request);
    case 'restore':
      return restore(session, request);
  }
}

async function startBackup(session: Session, request: Extract<EfsToEfsRequest, { action: 'start' }>): Promise<number> {
  const { interval, retain, folderLabel, path, windowMinutes } = request;
  const input = { mode: 'backup', action: 'start', interval, retain, folderLabel, path, windowMinutes };
  return say(session, await orchestrate(session, input), request.follow);
}

/** Stops a run of EFS-to-EFS cleanly; the next run continues from there. */
export async function stopRun(
  session: Session,
  wanted: string,
  { yes, dryRun }: { yes?: string; dryRun: boolean },
): Promise<number> {
  const { screen, options } = session;
  const runId = await findRun(session, wanted);
  if (dryRun) {
    const plan = `${runId} would be stopped; the next run continues from there.`;
    screen.print(options.json ? JSON.stringify({ runId, wouldStop: true }) : plan);
  } else {
    await requireConsent(session, `${runId} is going to be stopped.`, runId, yes);
    const answered = await orchestrate(session, { mode: 'backup', action: 'stop', backupId: runId });
    if (options.json) screen.print(JSON.stringify(answered));
    else screen.print(`${runId} is stopping. Watch it with: backup-workflows follow ${runId}`);
  }
  return EXIT.ok;
}

/** Compares a copy with what was written; a followed one that finds damage ends with `EXIT.failed`. */
async function verify(session: Session, request: VerifyRequest): Promise<number> {
  const { folderLabel, sampleFiles, windowMinutes } = request;
  const { copy, problems } = readCopy(request);
  if (problems.length > 0) throw usageFailure(problems);
  const input = { mode: 'verify', action: 'start', copy, folderLabel, sampleFiles, windowMinutes };
  return say(session, await orchestrate(session, input), request.follow);
}

/** Restores a copy: into a new directory, or in place after its preview was seen and agreed to. */
async function restore(session: Session, request: RestoreRequest): Promise<number> {
  const input = restoreInput(request);
  if (!request.dryRun && !request.inPlace) return say(session, await orchestrate(session, input), request.follow);
  const { screen, options } = session;
  const { runId: previewId } = await orchestrate(session, { ...input, action: 'preview' });
  const preview = await follow(session, previewId);
  if (!preview) return EXIT.failed;
  const isUsable = exitCodeOf(preview) === EXIT.ok;
  if (options.json && (request.dryRun || !isUsable)) screen.print(JSON.stringify(outcomeAsJson(preview)));
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

function restoreInput(request: RestoreRequest): object {
  const { folderLabel, subPath, targetFileSystem, targetPath, windowMinutes, inPlace, deleteExtra } = request;
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
    ...((targetFileSystem ?? targetPath) && { target: { fileSystemId: targetFileSystem, path: targetPath } }),
    into: inPlace ? 'inPlace' : 'newDirectory',
    deleteExtra,
    windowMinutes,
  };
}

/** The copy that is asked for, as the orchestrator names it, and what is wrong with the question. */
function readCopy({ interval, index, at }: WhichCopy): { copy: object; problems: string[] } {
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
  if (options.json) screen.print(JSON.stringify({ runId, status }));
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
