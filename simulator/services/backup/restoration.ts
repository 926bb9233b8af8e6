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
}

export const NOT_AUTHORIZED =
  'You are not authorized to perform this operation. Please consult the permissions associated with your ' +
  'AWS Backup role(s), and refer to the AWS Backup documentation for more details.';
