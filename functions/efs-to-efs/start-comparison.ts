import type { Context } from 'aws-lambda';
import { readCompare } from './input';
import { DEFAULTS } from './settings';
import { type Started, startRun } from './start-run';

/**
 * Starts a comparison of what AWS Backup restored of the source with the source. It waits until the worker is free, and
 * gives way to every other run. Safe to repeat: one request is one run, and nothing but the record is written.
 */
export async function startComparison(event: object, context: Context): Promise<Started> {
  const { requestId } = event as { requestId?: unknown };
  const id = typeof requestId === 'string' ? requestId.replaceAll(/[^A-Za-z0-9-]/g, '').slice(0, 64) : '';
  return startRun(`efs-to-efs-compare-${id || context.awsRequestId}`, event, context, async () => {
    const { restoredFileSystemId, before, sampleFiles, windowMinutes } = readCompare(event);
    return {
      action: 'compare',
      source: { ...DEFAULTS.source, path: '/' },
      restored: { fileSystemId: restoredFileSystemId },
      folderLabel: DEFAULTS.folderLabel,
      before,
      sampleFiles,
      windowMinutes,
    };
  });
}
