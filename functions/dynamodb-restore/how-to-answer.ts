import { requireEnv } from '../shared/config';
import type { MessagePart } from '../shared/runs/message';
import { executionArnOf } from '../shared/runs/run-id';

const ANSWER_FUNCTION_NAME = requireEnv('ANSWER_FUNCTION_NAME');
/** Where a second person answers; empty where every principal with the right may. */
const ANSWER_URL = process.env.ANSWER_URL ?? '';

/** The lines of an approval request that say how to answer it. */
export function howToAnswer(runId: string): MessagePart[] {
  const name = executionArnOf(runId).split(':').at(-1);
  const commands: MessagePart[] = [
    { label: 'Yes', command: `backup-workflows approve ${name}` },
    { label: 'No', command: `backup-workflows refuse ${name}` },
  ];
  if (ANSWER_URL === '') {
    const invoke = (isApproved: boolean) =>
      `aws lambda invoke --function-name ${ANSWER_FUNCTION_NAME} --cli-binary-format raw-in-base64-out --payload '${JSON.stringify({ RunId: runId, Approve: isApproved, By: 'your name' })}' /dev/stdout`;
    return [...commands, '', 'With version 2 of the AWS CLI instead:', `Yes: ${invoke(true)}`, `No:  ${invoke(false)}`];
  }
  return [
    'A second person has to say yes, not who started the run, a quarter of an hour after the start at the earliest.',
    ...commands,
    '',
    `Or a signed POST of ${JSON.stringify({ RunId: executionArnOf(runId), Approve: true })} (false for no) to ${ANSWER_URL}`,
  ];
}
