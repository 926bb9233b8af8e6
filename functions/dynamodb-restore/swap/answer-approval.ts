import { requireEnv } from '../../shared/config';
import { task } from '../../shared/task';
import { SecondPersonRequiredError } from '../errors';
import { type Answer, findAskingRun, type StoredAnswer, storeAnswer } from './store-answer';

const SECOND_PERSON = requireEnv('SECOND_PERSON');

/**
 * Takes a person's answer to an approval request and returns the answer that is stored. Nothing proves the name in a
 * direct invocation: the record calls it what it is said to be, and a stack with the parameter SecondPerson refuses it.
 * Safe to repeat.
 */
export const handler = task(async (answer: Answer): Promise<StoredAnswer> => {
  if (SECOND_PERSON === 'Required')
    throw new SecondPersonRequiredError(
      'This stack takes answers at its function URL only (output AnswerAsSecondPersonUrl): `backup-workflows approve` or `refuse`.',
    );
  const run = await findAskingRun(answer);
  const { Approve, By } = answer;
  return storeAnswer(run, Approve === true, typeof By === 'string' ? { saidToBe: By.slice(0, 200) } : {});
});
