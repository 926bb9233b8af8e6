import type { Stack } from '../simulator/cloudformation';
import type { Region } from '../simulator/places';
import type { PublishedMessage } from '../simulator/services/sns';
import type { World } from './world';

const ANSWER_FUNCTION = 'AnswerApprovalFunction';
const PATIENCE = { tries: 10, pauseSeconds: 60 };

/**
 * A person who reads what is published and answers requests for approval, as the request says: by invoking the stack's
 * function. What fails is tried again for a while.
 */
export function installOperator(region: Region, stack: Stack, operator: World['operator'] = {}): void {
  const { answer = 'approve', afterSeconds = 300 } = operator;
  if (answer === 'none') return;
  const { clock } = region.account;
  const reply = async (runId: string, triesLeft: number): Promise<void> => {
    const payload = { RunId: runId, Approve: answer === 'approve', By: 'simulated operator' };
    const { attributes } = stack.resource(ANSWER_FUNCTION);
    const result = await region.lambda.run(String(attributes.Arn), payload);
    if (!('functionError' in result) || result.functionError.errorType === 'InvalidInputError') return;
    if (triesLeft > 1) clock.after(PATIENCE.pauseSeconds, () => reply(runId, triesLeft - 1));
  };
  region.sns.onPublish(({ messageAttributes }: PublishedMessage) => {
    const runId = messageAttributes.runId?.StringValue;
    if (messageAttributes.outcome?.StringValue !== 'APPROVAL_NEEDED' || !runId) return;
    clock.after(afterSeconds, () => reply(runId, PATIENCE.tries));
  });
}
