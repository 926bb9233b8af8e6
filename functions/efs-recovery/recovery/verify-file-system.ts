import { answerOf } from '../../shared/answer';
import { task } from '../../shared/task';
import { FileSystemNotUsableError } from '../errors';
import { isLive, mustBeEncrypted } from '../file-system';
import { withholdsMountTargets } from '../missing-policy';
import { getRecoveryRun } from '../recovery-run';
import { efsInDestination, requireRestored } from '../restored-file-system';
import { describeMountTargets } from './mount-targets';

/**
 * Succeeds only if the file system can be used: it is available, at least as encrypted as the source, in the same
 * performance mode, and every mount target of the input is available. Reads only.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = await getRecoveryRun(runId);
  const { settings, fileSystem } = run;
  const restored = await requireRestored(run);
  const problems: string[] = [];
  if (!isLive(restored)) problems.push(`it is ${restored.LifeCycleState}`);
  const isEncrypted = answerOf(restored.Encrypted);
  if (mustBeEncrypted(fileSystem, settings.DestinationKmsKeyId) && isEncrypted !== 'yes')
    problems.push(
      `${isEncrypted === 'no' ? 'it is not encrypted' : 'EFS does not say whether it is encrypted'}${fileSystem.isEncrypted ? ', the source was' : ''}`,
    );
  if (fileSystem.performanceMode && restored.PerformanceMode !== fileSystem.performanceMode)
    problems.push(
      `its performance mode is ${restored.PerformanceMode}, the source's was ${fileSystem.performanceMode}`,
    );
  const available = (await describeMountTargets(efsInDestination(run), restored.FileSystemId)).filter(
    ({ LifeCycleState }) => LifeCycleState === 'available',
  );
  for (const { SubnetId } of withholdsMountTargets(run) ? [] : (settings.MountTargets ?? [])) {
    if (!available.some((target) => target.SubnetId === SubnetId))
      problems.push(`it has no available mount target in ${SubnetId}`);
  }
  if (problems.length > 0)
    throw new FileSystemNotUsableError(`${restored.FileSystemId} was restored, but ${problems.join('; ')}.`);
});
