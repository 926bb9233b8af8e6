import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda';
import { requireEnv } from '../../shared/config';
import { InvalidInputError } from '../../shared/errors';
import { logger } from '../../shared/logger';
import { task } from '../../shared/task';
import { findStarters, mayBeSamePerson } from './find-starters';
import { type Answer, findAskingRun, storeAnswer } from './store-answer';

/** What a function URL answers. */
interface Response {
  statusCode: number;
  body: string;
}

const ACCOUNT_ID = requireEnv('ACCOUNT_ID');

/**
 * Takes an answer at the function's URL, whose event names the caller, whom AWS authenticated
 * (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads). A yes counts only from another person
 * than who started the run: the same principal, an unknown one, and a run whose starter is not known are refused. A no
 * counts from every principal that may call. An invocation that does not come from the URL is refused. Safe to repeat.
 */
export const handler = task(async (event: Partial<APIGatewayProxyEventV2WithIAMAuthorizer>): Promise<Response> => {
  const { accountId, userArn } = event.requestContext?.authorizer?.iam ?? {};
  if (!userArn || accountId !== ACCOUNT_ID)
    return refuse(403, 'An answer comes from a principal of this account, at the function URL.');
  try {
    const answer = JSON.parse(event.body ?? '{}') as Answer;
    const run = await findAskingRun(answer);
    const isApproved = answer.Approve === true;
    const objection = isApproved ? await objectionTo(run.runId, userArn) : undefined;
    if (objection) return objection;
    return { statusCode: 200, body: JSON.stringify(await storeAnswer(run, isApproved, { principal: userArn })) };
  } catch (error) {
    if (error instanceof InvalidInputError) return refuse(400, error.message);
    if (error instanceof SyntaxError) return refuse(400, 'The body is not JSON.');
    throw error;
  }
});

async function objectionTo(runId: string, arn: string): Promise<Response | undefined> {
  const starters = await findStarters(runId);
  if (starters.length === 0)
    return refuse(
      409,
      'CloudTrail does not tell yet who started the run. It is minutes late: answer again in some minutes.',
    );
  for (const starter of starters) {
    if (!starter.arn)
      return refuse(
        403,
        'A service started the run, so there is no first person and no second one. Start it as a person.',
      );
    if (mayBeSamePerson({ arn }, { arn: starter.arn }))
      return refuse(403, `${starter.arn} started the run, and a second person has to approve it. You are ${arn}.`);
  }
  return undefined;
}

function refuse(statusCode: number, Message: string): Response {
  logger.warn('Refused an answer', { statusCode, Message });
  return { statusCode, body: JSON.stringify({ Message }) };
}
