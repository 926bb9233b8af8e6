import type { Context } from 'aws-lambda';
import { readVerify } from './input';
import { DEFAULTS } from './settings';
import { type Started, startRun } from './start-run';

/**
 * Starts a verification: a worker reads a copy, all of it or a sample, and compares it with what was written. Safe to
 * repeat: two tries of one call are one run, and nothing but the record is written.
 */
export async function startVerification(event: object, context: Context): Promise<Started> {
  return startRun(`efs-to-efs-verify-${context.awsRequestId}`, event, context, async () => {
    const { copy, folderLabel, sampleFiles, windowMinutes } = readVerify(event);
    return { action: 'verify', backup: DEFAULTS.destination, copy, folderLabel, sampleFiles, windowMinutes };
  });
}
