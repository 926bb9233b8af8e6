import type { Findings } from '../shared/findings';
import { task } from '../shared/task';
import { type Asked, checkConfiguration, configurationAskedFor, configurationOf } from './configuration';
import type { OperationSettings, SwapSettings } from './input';

interface Input extends Asked {
  /** Of an execution that a release before began, which calls this as a state: what was found so far, and the settings. */
  problems?: string[];
  settings?: SwapSettings | OperationSettings;
}

/**
 * For operators, who invoke it with `{}`, or with ExpectedAccountId, BackupVaultName and IamRoleArn: whether all is set up
 * that restores need. Each run checks the same in its preflight. Reads only.
 */
export const handler = task(async ({ problems = [], settings, ...asked }: Input): Promise<Findings> => {
  if (problems.length > 0) return { problems, warnings: [] };
  return checkConfiguration(settings ? configurationOf(settings) : configurationAskedFor(asked));
});
