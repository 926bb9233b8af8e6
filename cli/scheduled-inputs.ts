import { readSchedules } from './commands/schedules';
import type { Session } from './session';

/** What the enabled schedules of a workflow start it with. */
export async function scheduledInputs(session: Session, workflow: string): Promise<Record<string, unknown>[]> {
  return (await readSchedules(session))
    .filter(({ found }) => found.State === 'ENABLED' && found.Target?.Arn?.endsWith(`-${workflow}`))
    .map(({ found }) => JSON.parse(found.Target?.Input ?? '{}') as Record<string, unknown>);
}

/** The object under a key of an input, or an empty one. */
export function part(input: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = input[key];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
