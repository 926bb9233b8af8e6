import { InvalidInputError } from '../../shared/errors';
import { joinFindings } from '../../shared/findings';
import { task } from '../../shared/task';
import type { FileSystemSettings } from '../file-system';
import { parseRecoveryInput, type RecoverySettings } from '../input';
import { checkRecoveryJobs } from '../job-roles';
import { planRecovery, type RecoveryPlan } from './recovery-plan';
import { readSettings } from './source-settings';
import { checkMountTargets } from './wanted-mount-targets';

interface Input {
  runId: string;
  input: unknown;
}

interface Output {
  warnings: string[];
  settings: RecoverySettings;
  plan: RecoveryPlan;
  fileSystem: FileSystemSettings;
}

/**
 * The preflight of efs-copy-restore: reads the input, chooses the recovery point, and looks at everything that its copy and
 * its restore need. One message lists all that is wrong. It changes nothing; access points, which can be many, are stored
 * beside the run's record. Safe to repeat.
 */
export const handler = task(async ({ runId, input }: Input): Promise<Output> => {
  const { settings, lookup, problems: ofInput } = parseRecoveryInput(input);
  const { plan, isDestinationReachable, ...ofPlan } = await planRecovery(lookup, settings);
  const found = joinFindings({ problems: ofInput }, ofPlan, await checkRecoveryJobs(lookup, plan));
  if (settings && isDestinationReachable) found.problems.push(...(await checkMountTargets(settings)));
  if (!settings || !plan || found.problems.length > 0) throw new InvalidInputError(found.problems);
  const fileSystem = await readSettings(settings, plan, runId);
  return { warnings: found.warnings, settings, plan, fileSystem };
});
