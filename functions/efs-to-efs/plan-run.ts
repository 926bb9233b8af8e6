import { isoTime, nowSeconds } from '../shared/clock';
import { type Cost, costOf, PRICES } from '../shared/prices';
import { finishRun } from '../shared/runs/finish-run';
import { findLockHolder } from '../shared/runs/locks';
import { places } from './begin-run';
import { checkFileSystems } from './check-file-systems';
import { lockOf } from './lock';
import { measure } from './measurements';
import { readLastSuccess } from './missed-run';
import { type EfsToEfsRun, type EndingCause, end, PATIENCE_SECONDS, type RunSettings, STOP_EARLY_SECONDS } from './run';
import { problemsOfRequest } from './worker-command';

/** What a run would do; keys as in the plans of the other workflows. */
interface Plan {
  WouldDo: string;
  ExpectedSeconds?: number;
  ExpectedFrom?: string;
  SizeInBytes?: number;
  Cost?: Cost;
  EndsBy: string[];
}

/**
 * Ends a dry run: looks at all that a run looks at before it claims the worker, and reports what that run would do. It
 * launches no instance, so what only a worker sees stays unknown, such as whether a copy is there. Safe to repeat.
 */
export async function planRun(run: EfsToEfsRun): Promise<EfsToEfsRun> {
  const { settings, lastProblem } = run;
  if (run.ending || !settings) return fail(run, 'InvalidInputError', 'The input was not read.');
  if (nowSeconds() > run.startedAt + PATIENCE_SECONDS.begin) return fail(run, 'StartFailed', lastProblem ?? '');
  const problems = [...problemsOfRequest(run), ...(await checkFileSystems(settings))];
  if (problems.length > 0) return fail(run, 'InvalidInputError', problems.join('\n'));
  const holder = await findLockHolder(lockOf());
  const plan = await planOf(run, settings);
  const windowSeconds = settings.windowMinutes * 60;
  const warnings = [
    ...(holder ? [`The worker is at the run ${holder}: a run that starts now is refused.`] : []),
    ...(plan.ExpectedSeconds !== undefined && plan.ExpectedSeconds > windowSeconds
      ? [`The window is ${settings.windowMinutes} min, which is not enough.`]
      : []),
  ];
  const report = { DryRun: plan, ...(warnings.length > 0 && { Warning: warnings.join(' ') }) };
  await finishRun(run, { outcome: 'SUCCEEDED', report }, { locks: [] });
  return run;
}

/** The first reason stays. */
async function fail(run: EfsToEfsRun, cause: EndingCause, message: string): Promise<EfsToEfsRun> {
  const ended = await end(run, cause, message);
  const { ending } = ended;
  await finishRun(
    ended,
    { outcome: 'FAILED', report: {}, error: ending?.cause, cause: ending?.message },
    { locks: [] },
  );
  return ended;
}

async function planOf(run: EfsToEfsRun, settings: RunSettings): Promise<Plan> {
  const { windowMinutes, action } = settings;
  const { fromBytes } = await measure(...places(run));
  const EndsBy = [
    'an instance that does not come and take the work within 15 min ends it',
    `the worker stops ${windowMinutes - STOP_EARLY_SECONDS / 60} min after the start, ${STOP_EARLY_SECONDS / 60} min before the end of its window`,
    'a worker that reports nothing for 15 min is ended',
  ];
  const monthly = action === 'backup' || action === 'restore' ? PRICES.efsStandardMonth : undefined;
  return {
    WouldDo: describe(settings),
    ...(action === 'backup' && (await expectationOf(settings.interval ?? ''))),
    ...(fromBytes !== undefined && { SizeInBytes: fromBytes }),
    ...(fromBytes !== undefined && monthly !== undefined && { Cost: costOf(fromBytes, { monthly }) }),
    EndsBy,
  };
}

async function expectationOf(interval: string): Promise<Pick<Plan, 'ExpectedSeconds' | 'ExpectedFrom'>> {
  const last = await readLastSuccess(interval);
  if (last?.expectedSeconds === undefined) return { ExpectedFrom: `nothing: no ${interval} backup has succeeded yet` };
  const ExpectedFrom = `the ${interval} backup of ${isoTime(last.begunAt)}, and how much the source had grown`;
  return { ExpectedSeconds: last.expectedSeconds, ExpectedFrom };
}

function describe({
  action,
  source,
  destination,
  backup,
  target,
  copy,
  subPath,
  into,
  ...settings
}: RunSettings): string {
  const { folderLabel, interval, retain, restored, sampleFiles } = settings;
  const copies = `${folderLabel} on ${backup?.fileSystemId ?? destination?.fileSystemId}`;
  const from = `${subPath ?? 'all'} of the copy ${JSON.stringify(copy)} of ${copies}`;
  switch (action) {
    case 'backup':
      return `copy ${source?.path} of ${source?.fileSystemId} to ${copies}, as the newest of at most ${retain} ${interval} copies`;
    case 'restore':
    case 'preview':
      return `${action} ${from} to ${target?.path} of ${target?.fileSystemId}, ${into === 'inPlace' ? 'in place' : 'in a new directory'}`;
    case 'verify':
      return `read ${sampleFiles ? `${sampleFiles} files` : 'every file'} of the copy ${JSON.stringify(copy)} of ${copies}`;
    case 'compare':
      return `compare ${sampleFiles} files of ${restored?.fileSystemId} with ${source?.fileSystemId}`;
  }
}
