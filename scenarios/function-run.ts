import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { SimulatorError } from '../simulator/errors';
import type { Region } from '../simulator/places';

/** A run of a workflow that is a function: begun by one invocation, over when its record is closed. */
export class FunctionRun {
  readonly startDate: Date;
  readonly history: HistoryEvent[] = [];
  readonly stateTransitions = 0;
  /** The run's id, once the function has said it. */
  arn = '';
  private refusal: { error: string; cause: string } | undefined;
  private answered = false;

  constructor(
    private readonly region: Region,
    functionArn: string,
    private readonly runsTable: string,
    private readonly workflow: string,
    input: unknown,
  ) {
    const { clock } = region.account;
    this.startDate = clock.date;
    region.lambda
      .run(functionArn, input)
      .then((result) => this.takeAnswer(result))
      .catch((error) => clock.fail(error));
  }

  get status(): 'RUNNING' | 'SUCCEEDED' | 'FAILED' {
    if (!this.answered) return 'RUNNING';
    const record = this.record();
    if (record?.open) return 'RUNNING';
    return record?.outcome === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
  }

  get output(): string | undefined {
    const record = this.record();
    if (this.status !== 'SUCCEEDED' || !record) return undefined;
    return JSON.stringify(record.report);
  }

  get error(): string | undefined {
    return this.refusal?.error ?? text(this.record()?.error);
  }

  get cause(): string | undefined {
    return this.refusal?.cause ?? text(this.record()?.cause);
  }

  get stopDate(): Date | undefined {
    const finishedAt = this.record()?.finishedAt;
    return finishedAt === undefined ? undefined : new Date(Number(finishedAt) * 1000);
  }

  private takeAnswer(result: Awaited<ReturnType<Region['lambda']['run']>>): void {
    this.answered = true;
    if ('functionError' in result) {
      this.refusal = { error: result.functionError.errorType, cause: JSON.stringify(result.functionError) };
      this.arn = this.newestRun();
      return;
    }
    const { runId } = (result.payload ?? {}) as { runId?: string };
    if (!runId) throw new SimulatorError(`${this.workflow} answered without the id of a run.`);
    this.arn = runId;
  }

  /** A call that was refused has a record too, but the caller does not hear its id. */
  private newestRun(): string {
    const { Items = [] } = this.region.dynamodb.Scan({ TableName: this.runsTable });
    const runs = Items.map((item) => unmarshall(item)).filter(({ workflow }) => workflow === this.workflow);
    return String(runs.sort((a, b) => b.startedAt - a.startedAt)[0]?.runId ?? '');
  }

  private record(): Record<string, unknown> | undefined {
    if (!this.arn) return undefined;
    const Key = { runId: { S: this.arn }, item: { S: 'run' } };
    const { Item } = this.region.dynamodb.GetItem({ TableName: this.runsTable, Key });
    return Item && unmarshall(Item);
  }
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
