import { InvalidInputError } from '../shared/errors';
import { joinFindings } from '../shared/findings';
import { task } from '../shared/task';
import { forbiddenScripts } from './allowed-scripts';
import { findFleet } from './fleet';
import { checkFleetKeys } from './fleet-keys';
import { putGroups } from './groups';
import { holdersOf } from './holders';
import { parseInput, type Settings } from './input';
import { unreachableBySsm } from './script-reach';
import { storedInput } from './stored-input';
import { checkVaultAndRole } from './vault-and-role';

interface Input {
  runId: string;
  input: unknown;
}

interface Output {
  settings: Settings;
  warnings: string[];
  groupCount: number;
  isLargeFleet: boolean;
}

/** Of so many instances that are not as a run needs them, the message names the other run that holds them. */
const PERHAPS_HELD = 50;

/**
 * The preflight: reads the input, finds the fleet and looks at everything that a backup needs. One message lists all that
 * is wrong, so it also looks up the valid parts of an invalid input. It changes nothing in the account, and writes the
 * consistency groups beside the run's record. Safe to repeat.
 */
export const handler = task(async ({ runId, input: given }: Input): Promise<Output> => {
  const { input, problems: ofStored } = storedInput(given);
  const { settings, lookup, problems: ofInput, warnings: ofKeys } = parseInput(input);
  // What a stored input would be missing is no problem of an input that only names it.
  const known = ofStored.length > 0 ? ofStored : ofInput;
  if (settings) known.push(...forbiddenScripts(settings));
  const { groups, isLargeFleet, perhapsHeld, ...fleet } = await findFleet(runId, lookup);
  const reach = lookup.hasScripts ? await unreachableBySsm(groups) : {};
  const unreachable = typeof reach === 'string' ? {} : reach;
  const { problems, warnings } = joinFindings(
    { problems: known, warnings: ofKeys },
    fleet,
    typeof reach === 'string' ? { warnings: [reach] } : { problems: Object.values(reach) },
    await checkVaultAndRole(lookup, groups[0]?.instances[0]?.instanceId),
    lookup.isStopRequired ? await checkFleetKeys(groups) : {},
  );
  if (!settings || problems.length > 0) {
    const held = [...new Set([...perhapsHeld, ...Object.keys(unreachable)])].slice(0, PERHAPS_HELD);
    throw new InvalidInputError([...problems, ...(await holdersOf(held))]);
  }
  await putGroups(groups);
  return { settings, warnings, groupCount: groups.length, isLargeFleet };
});
