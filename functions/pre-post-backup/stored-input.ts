import { requireEnv } from '../shared/config';

const STORED_INPUTS = requireEnv('STORED_INPUTS');

/**
 * The input that a run has to work with: the given one or, if that is `{ "StoredInput": NAME }`, the one of this name in
 * the parameter StoredInputs. Events of other accounts can give nothing else. Never throws.
 */
export function storedInput(given: unknown): { input: unknown; problems: string[] } {
  if (typeof given !== 'object' || given === null || !('StoredInput' in given)) return { input: given, problems: [] };
  const { StoredInput: name, ...rest } = given;
  if (Object.keys(rest).length > 0) return { input: {}, problems: ['StoredInput: goes with no other key'] };
  const stored = readStored();
  if (!stored)
    return { input: {}, problems: ['StoredInput: the parameter StoredInputs of this stack is not a JSON object'] };
  if (typeof name === 'string' && Object.hasOwn(stored, name)) return { input: stored[name], problems: [] };
  return { input: {}, problems: [`StoredInput: this stack has no input of that name (parameter StoredInputs)`] };
}

function readStored(): Record<string, unknown> | undefined {
  try {
    const stored: unknown = JSON.parse(STORED_INPUTS);
    return typeof stored === 'object' && stored !== null ? { ...stored } : undefined;
  } catch {
    return undefined;
  }
}
