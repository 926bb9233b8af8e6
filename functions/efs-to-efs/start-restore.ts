import { isDeepStrictEqual } from 'node:util';
import type { Context } from 'aws-lambda';
import { InvalidInputError } from '../shared/errors';
import { type RestoreInput, readRestore } from './input';
import { getEfsToEfsRun, type RunSettings, type WorkerReport } from './run';
import { DEFAULTS } from './settings';
import { type Started, startRun } from './start-run';

/** Starts a restore, or a preview of one in place. Safe to repeat: two tries of one call are one run. */
export async function startRestore(event: object, context: Context): Promise<Started> {
  const { action = 'start' } = event as { action?: unknown };
  const kind = action === 'preview' ? 'preview' : 'restore';
  return startRun(`efs-to-efs-${kind}-${context.awsRequestId}`, event, context, async () => {
    const input = readRestore(event);
    const settings = settingsOf(input);
    if (settings.action === 'preview' || settings.into === 'newDirectory') return settings;
    return { ...settings, previewId: input.previewId, previewDigest: await digestOf(input.previewId ?? '', settings) };
  });
}

function settingsOf(input: RestoreInput): RunSettings {
  const { folderLabel, copy, subPath, target, deleteExtra, exclude, windowMinutes } = input;
  const isPreview = input.action === 'preview';
  return {
    action: isPreview ? 'preview' : 'restore',
    backup: DEFAULTS.destination,
    folderLabel,
    copy,
    ...(subPath !== undefined && { subPath }),
    target,
    into: input.into ?? (isPreview ? 'inPlace' : 'newDirectory'),
    deleteExtra,
    ...(exclude && { exclude }),
    windowMinutes,
  };
}

/** What the operator agreed to: the digest of a preview of this very restore. The worker refuses if it is out of date. */
async function digestOf(previewId: string, settings: RunSettings): Promise<string> {
  const preview = await getEfsToEfsRun(previewId);
  const { action, ...wanted } = settings;
  const { action: kind, ...shown } = preview?.settings ?? ({} as RunSettings);
  if (kind !== 'preview') throw new InvalidInputError([`previewId: there is no preview ${previewId}`]);
  const digest = (preview?.workerReport as WorkerReport | undefined)?.previewDigest;
  if (preview?.outcome !== 'SUCCEEDED' || !digest)
    throw new InvalidInputError([`previewId: the preview ${previewId} has not succeeded`]);
  const others = Object.keys({ ...wanted, ...shown }).filter(
    (key) => key !== 'windowMinutes' && !isDeepStrictEqual(wanted[key as never], shown[key as never]),
  );
  if (others.length > 0)
    throw new InvalidInputError([
      `previewId: ${previewId} is the preview of a restore with other ${others.join(', ')}`,
    ]);
  return digest;
}
