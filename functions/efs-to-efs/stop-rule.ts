import { createHash } from 'node:crypto';
import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-cloudwatch-events';
import { hasName } from '../shared/error-name';
import { events } from './clients';
import { STOP_RULE_PREFIX } from './settings';

const TARGET_ID = 'orchestrator';

/**
 * Makes the rule that stops a run before its window ends. Safe to repeat: its name follows from the run. It fires once,
 * at a minute of a day of a year: EventBridge, "Creating a rule that runs on a schedule".
 */
export async function putStopRule(runId: string, stopAt: number, functionArn: string): Promise<void> {
  const time = new Date(stopAt * 1000);
  const [day, month, year] = [time.getUTCDate(), time.getUTCMonth() + 1, time.getUTCFullYear()];
  const expression = `cron(${time.getUTCMinutes()} ${time.getUTCHours()} ${day} ${month} ? ${year})`;
  const name = ruleName(runId);
  await events.send(
    new PutRuleCommand({ Name: name, ScheduleExpression: expression, Description: `Stops ${runId} in time.` }),
  );
  const input = { mode: 'backup', action: 'stop', backupId: runId, isWindowEnd: true };
  const { FailedEntries = [] } = await events.send(
    new PutTargetsCommand({
      Rule: name,
      Targets: [{ Id: TARGET_ID, Arn: functionArn, Input: JSON.stringify(input) }],
    }),
  );
  if (FailedEntries.length > 0)
    throw new Error(`The stop rule ${name} took no target: ${FailedEntries[0]?.ErrorMessage}`);
}

/** Removes that rule. Safe to repeat. */
export async function removeStopRule(runId: string): Promise<void> {
  const name = ruleName(runId);
  try {
    await events.send(new RemoveTargetsCommand({ Rule: name, Ids: [TARGET_ID] }));
    await events.send(new DeleteRuleCommand({ Name: name }));
  } catch (error) {
    if (!hasName(error, 'ResourceNotFoundException')) throw error;
  }
}

/** Names of rules have at most 64 characters. */
export function ruleName(runId: string): string {
  return `${STOP_RULE_PREFIX}${createHash('sha256').update(runId).digest('hex').slice(0, 16)}`;
}
