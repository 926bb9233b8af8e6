import type { PutTargetsRequest, PutTargetsResponse } from '@aws-sdk/client-cloudwatch-events';
import { SimulatorError } from '../../../errors';
import type { Access } from '../../../service';
import { putTargets, targetProblem, unknownTargetMember } from '../rules';
import type { EventsState } from '../state';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html */
export function PutTargets(this: EventsState, input: PutTargetsRequest): PutTargetsResponse {
  const rule = this.rule(input.EventBusName, input.Rule);
  for (const [index, target] of (input.Targets ?? []).entries()) {
    const unknown = unknownTargetMember(target);
    if (unknown) throw new SimulatorError(`events:PutTargets: ${unknown} of a target is not simulated.`);
    const problem = targetProblem(target, index);
    if (problem) throw problem;
  }
  putTargets(rule, structuredClone(input.Targets ?? []));
  return { FailedEntryCount: 0, FailedEntries: [] };
}

PutTargets.access = (state: EventsState, input: PutTargetsRequest): Access[] => [
  ...state.usualAccess('PutTargets', input),
  ...(input.Targets ?? []).flatMap(({ RoleArn }) =>
    RoleArn
      ? [{ action: 'iam:PassRole', resource: RoleArn, context: { 'iam:PassedToService': 'events.amazonaws.com' } }]
      : [],
  ),
];
