import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Clock } from './clock';

/** What can be observed, by the subject that it happens to, and what is recorded about it. */
interface HappeningDetails {
  /** A new event in the history of an execution; the subject is its ARN. Children of distributed maps are executions too. */
  history: { stateMachineArn: string; event: HistoryEvent };
  /** An EC2 instance (its id) came into a state. */
  instance: { state: string };
  /** An EFS file system (its id) came into a state. */
  fileSystem: { state: string };
  /** An Auto Scaling group (its name) has another desired capacity, or an instance of it came into a lifecycle state. */
  group: { desired: number; instances: { id: string; state: string }[] };
  /** A DynamoDB table (its name) came into a state; it is DELETED once it is gone. */
  table: { state: string };
  /** A script that SSM was asked to run on an instance (its id) has another status. */
  script: { commandId: string; commandLine: string; status: string; exitCode: number; output: string };
  /** A job of AWS Backup came into a state; the subject is the ARN of the resource. `made`: the ARN of what it leaves. */
  job: { kind: 'backup' | 'copy' | 'restore'; id: string; state: string; statusMessage?: string; made?: string };
  /** A message was published to a topic (its ARN). */
  notification: { subject?: string; message: string };
  /** An API call (`dynamodb:DeleteTable`) has had its effect, or none; its caller does not know yet. */
  call: { resource: string; principalArn: string; outcome: string; input: object };
  /** A declared fault struck an API call or an event (its name). */
  fault: { fault: string };
}

/** One thing that happened in the account. `time` is ISO 8601, in virtual time. */
export type Happening = {
  [What in keyof HappeningDetails]: { time: string; what: What; subject: string; detail: HappeningDetails[What] };
}[keyof HappeningDetails];

/** Tells its listeners what happens in the account, at once. Listening changes nothing in the account. */
export class Observer {
  private readonly listeners = new Set<(happening: Happening) => void>();

  constructor(private readonly clock: Clock) {}

  /** Calls `listener` with everything that happens from now on; returns a function that ends this. */
  observe(listener: (happening: Happening) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell<What extends keyof HappeningDetails>(what: What, subject: string, detail: HappeningDetails[What]): void {
    if (this.listeners.size === 0) return;
    const happening = { time: this.clock.date.toISOString(), what, subject, detail } as Happening;
    for (const listener of [...this.listeners]) listener(happening);
  }
}
