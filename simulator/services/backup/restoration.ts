import { AwsError } from '../../errors';
import type { WorldRestoreJob } from './world';

/** What a restore job does with its recovery point. Each resource type has one implementation. */
export interface Restoration {
  /** From RUNNING to COMPLETED, unless the world says otherwise. */
  durationSeconds: number;
  /** Why it cannot be done, whatever the world declares. */
  refusal(): string | undefined;
  /** Makes the new resource, which is empty or cannot be used yet; the AwsError that it throws fails the job. */
  open(): void;
  /** The ARN of what it has made so far. */
  readonly madeArn?: string | undefined;
  /** Ends with everything restored, or with half of it. Returns the ARN of what was opened. */
  close(isDone: boolean, startedAt: Date): string | undefined;
  /** Deletes what it made, as restore testing does in the end. Returns why it could not. */
  remove(): string | undefined;
}

/** What the world says of a restore job, as far as it concerns what the job makes. */
export type Damage = Pick<
  WorldRestoreJob,
  | 'LosesVolume'
  | 'NeverBoots'
  | 'Scripts'
  | 'LosesFilesPercent'
  | 'LosesIndexes'
  | 'LosesItemsPercent'
  | 'ChangesItemsPercent'
>;

/** The error's message of what AWS refuses; other errors are the simulator's own. */
export function refusalOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

export const NOT_AUTHORIZED =
  'You are not authorized to perform this operation. Please consult the permissions associated with your ' +
  'AWS Backup role(s), and refer to the AWS Backup documentation for more details.';

/** One that cannot begin, for a reason that the job tells. */
export function refusedRestoration(reason: string): Restoration {
  return {
    durationSeconds: 1,
    refusal: () => reason,
    open: () => undefined,
    close: () => undefined,
    remove: () => undefined,
  };
}
