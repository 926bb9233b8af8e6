import { createHash } from 'node:crypto';
import { requireEnv } from '../shared/config';
import { logger } from '../shared/logger';
import { describeError } from '../shared/task';
import type { EfsToEfsRun } from './run';
import { USAGE_METRICS_URL } from './settings';

const TIMEOUT_MS = 5_000;

/**
 * Sends a few figures of a run to the URL that the operator gave, if they gave one; nothing that names an account, a
 * file or a resource. docs/operations.md has the body. Never throws, and is not repeated.
 */
export async function sendUsageMetrics(run: EfsToEfsRun, outcome: string): Promise<void> {
  if (!USAGE_METRICS_URL) return;
  const { settings, workerReport, before } = run;
  const body = {
    stack: createHash('sha256').update(requireEnv('GROUP_NAME')).digest('hex').slice(0, 16),
    action: settings?.action,
    outcome,
    windowMinutes: settings?.windowMinutes,
    retain: settings?.retain,
    instanceType: run.instance?.instanceType,
    fromBytes: before?.fromBytes,
    files: workerReport?.files,
    filesTransferred: workerReport?.filesTransferred,
  };
  try {
    await fetch(USAGE_METRICS_URL, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    logger.warn('Could not send the usage metrics', { reason: describeError(error) });
  }
}
