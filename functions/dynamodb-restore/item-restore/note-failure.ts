import { errorName } from '../../shared/error-name';
import { updateRunIf } from '../../shared/runs/runs';
import { isTransient } from '../../shared/task';

/** Why the first child of a distributed map failed. Step Functions itself only says that one did. */
export interface FirstFailure {
  error: string;
  cause: string;
}

const CAUSE_LIMIT = 4000;

/** Does the work; what fails for good is written into the run's record first, for the report. The first one stays. */
export async function notingFailure<T>(runId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { message } = error as Error;
    const firstFailure: FirstFailure = { error: errorName(error), cause: message.slice(0, CAUSE_LIMIT) };
    if (!isTransient(error)) await updateRunIf(runId, { firstFailure }, 'attribute_not_exists(firstFailure)');
    throw error;
  }
}
