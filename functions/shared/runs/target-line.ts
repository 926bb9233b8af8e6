import { escapeToOneLine } from '../escape-controls';
import type { RunFields } from './runs';

/** What a person knows a run by. The input as a whole may hold what is not for a mail, such as a command. */
const TARGET_KEYS = [
  'TargetEC2TagKey',
  'TargetEC2TagValue',
  'TargetEC2Instances',
  'FileSystemID',
  'TableName',
  'ResourceArn',
  'RestoreJobId',
];
const LIMIT = 500;

/** The target as the input names it, in a line of a message: also of a run whose preflight failed. */
export function targetLine({ input }: Pick<RunFields, 'input'>): string[] {
  try {
    const given = JSON.parse(input) as Record<string, unknown> | null;
    const named = TARGET_KEYS.flatMap((key) => (given?.[key] ? [`${key} ${String(given[key]).slice(0, LIMIT)}`] : []));
    return named.length > 0 ? [`Target: ${escapeToOneLine(named.join(', '))}`] : [];
  } catch {
    return [];
  }
}
