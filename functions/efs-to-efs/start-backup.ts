import type { Context } from 'aws-lambda';
import { readBackup } from './input';
import { DEFAULTS } from './settings';
import { type Started, startRun } from './start-run';

/** Starts a backup. Safe to repeat: two calls of the schedule for one moment, or two tries of one call, are one run. */
export async function startBackup(event: object, context: Context): Promise<Started> {
  const { interval, scheduledTime } = event as { interval?: unknown; scheduledTime?: unknown };
  const moment = typeof scheduledTime === 'string' ? scheduledTime.replaceAll(/[^0-9A-Z]/g, '') : context.awsRequestId;
  const label = typeof interval === 'string' ? interval.replaceAll(/\W/g, '').slice(0, 32) : DEFAULTS.interval;
  return startRun(`efs-to-efs-${label}-${moment}`, event, context, async () => {
    const input = readBackup(event);
    return {
      action: 'backup',
      source: { ...DEFAULTS.source, path: input.path ?? DEFAULTS.source.path },
      destination: DEFAULTS.destination,
      folderLabel: input.folderLabel ?? DEFAULTS.folderLabel,
      interval: input.interval ?? DEFAULTS.interval,
      retain: input.retain ?? DEFAULTS.retain,
      windowMinutes: input.windowMinutes ?? DEFAULTS.windowMinutes,
      verifySampleFiles: input.verifySampleFiles ?? DEFAULTS.verifySampleFiles,
      ...(input.exclude && { exclude: input.exclude }),
      ...(input.acceptShrunkCopy && { acceptShrunkCopy: input.acceptShrunkCopy }),
      ...(input.discardIncomplete && { discardIncomplete: true }),
    };
  });
}
