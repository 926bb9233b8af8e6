import { describeError, isTransient } from '../../shared/task';
import type { OperationSettings } from '../input';
import { LONGEST_DAYS, lookAtRecovery } from '../last-minute';

type Settings = Extract<OperationSettings, { Operation: 'EnablePointInTimeRecovery' }>;

/**
 * Why the period that the input asks for may take history away without consent: a shorter one ends history at once, and a
 * longer one does not bring it back. What is not known is no consent. Throws transient errors. Reads only.
 */
export async function shorterWindow(settings: Settings): Promise<string[]> {
  const { TableName, RecoveryPeriodInDays: wanted, AcceptShorterWindow } = settings;
  if (wanted === undefined || wanted >= LONGEST_DAYS || AcceptShorterWindow) return [];
  const consent = 'give AcceptShorterWindow: true if that is what you want';
  try {
    const { isOn, days = LONGEST_DAYS } = await lookAtRecovery(TableName);
    if (!isOn || wanted >= days) return [];
    return [
      `RecoveryPeriodInDays: ${TableName} can be restored to the last ${days} days, and with ${wanted} DynamoDB forgets what is older at once; ${consent}`,
    ];
  } catch (error) {
    if (isTransient(error)) throw error;
    return [
      `RecoveryPeriodInDays: how far back ${TableName} can be restored could not be looked up (${describeError(error)}), and with ${wanted} days DynamoDB may forget what is older at once; ${consent}`,
    ];
  }
}
