import { SimulatorError } from '../../errors';
import { withErrorHandling } from '../error-handling';
import { type Integration, integrationFor } from '../integrations/resource';
import { concludeWithResult, type Outcome } from '../outcome';
import { type Json, type JsonObject, payloadText } from '../payload';
import type { Scope } from '../scope';
import { StatesError } from '../states-error';
import type { Visit } from '../visit';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html */
export function runTask(visit: Visit): Promise<Outcome> {
  const integration = integrationFor(visit.state.Resource ?? '');
  return withErrorHandling(visit, async () => concludeWithResult(visit, await runAttempt(visit, integration)));
}

async function runAttempt(visit: Visit, integration: Integration): Promise<Json> {
  const { execution } = visit.frame;
  const [, partition] = visit.state.Resource?.split(':') ?? [];
  const expected = execution.region.account.partition.id;
  // The words that public reports show; neither Retry nor Catch helps (aws/aws-cdk#4597).
  if (partition !== expected)
    throw new StatesError(
      'States.Runtime',
      `The resource belongs to a different partition from the running execution. Expected '${expected}', was '${partition}'.`,
    );
  // Each attempt has its own token.
  if (integration.pattern === 'waitForTaskToken') {
    visit.taskToken = execution.host.taskTokens.issue(execution.machineArn);
  }
  const args = visit.state.Arguments === undefined ? {} : await visit.evaluate('Arguments', visit.state.Arguments);
  const timeoutSeconds = await visit.evaluateNumber('TimeoutSeconds', visit.state.TimeoutSeconds, 1);
  const heartbeatSeconds = await visit.evaluateNumber('HeartbeatSeconds', visit.state.HeartbeatSeconds, 1);
  if (typeof args !== 'object' || args === null || Array.isArray(args)) {
    throw visit.evaluationError(
      `The field 'Arguments' must be an object but was: ${JSON.stringify(args)}`,
      'Arguments',
    );
  }
  const { resourceType, resource } = integration;
  visit.frame.record('TaskScheduled', {
    resourceType,
    resource,
    region: execution.region.name,
    parameters: payloadText(args, visit.name),
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
  });
  visit.frame.record('TaskStarted', { resourceType, resource });
  return new Attempt(visit, integration, args, timeoutSeconds, heartbeatSeconds).result;
}

/** One attempt of a task: what ends it first decides, be it the answer, the token or the time. */
class Attempt {
  readonly result: Promise<Json>;
  private readonly scope: Scope;
  private readonly resource: { resourceType: string; resource: string };
  private resolve: (value: Json) => void = () => {};
  private reject: (error: unknown) => void = () => {};
  private stopHeartbeat = () => {};

  constructor(
    private readonly visit: Visit,
    private readonly integration: Integration,
    args: JsonObject,
    timeoutSeconds: number | undefined,
    private readonly heartbeatSeconds: number | undefined,
  ) {
    this.scope = visit.frame.scope.child();
    this.resource = { resourceType: integration.resourceType, resource: integration.resource };
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    if (timeoutSeconds !== undefined) this.scope.after(timeoutSeconds, () => this.timeOut('States.Timeout'));
    if (integration.pattern === 'waitForTaskToken') this.waitForToken();
    this.call(args);
  }

  private call(args: JsonObject): void {
    const { execution } = this.visit.frame;
    const request = this.integration.call(execution, args);
    // A gap of the simulator ends the run even when the task has been given up meanwhile.
    request.catch((error) => {
      if (!(error instanceof StatesError)) execution.clock.fail(error);
    });
    this.scope.settle(request).then(
      (response) => this.guarded(() => this.answered(response)),
      (error) => this.guarded(() => this.fail(error)),
    );
  }

  private answered(response: Json): void {
    if (this.integration.pattern === 'requestResponse') {
      this.succeed(response);
      return;
    }
    this.visit.frame.record('TaskSubmitted', {
      ...this.resource,
      output: JSON.stringify(response),
      outputDetails: { truncated: false },
    });
    if (!this.integration.completion) return;
    this.scope.settle(this.integration.completion(this.visit.frame.execution, response as JsonObject, this.scope)).then(
      (result) => this.guarded(() => this.succeed(result)),
      (error) => this.guarded(() => this.fail(error)),
    );
  }

  private waitForToken(): void {
    const { taskTokens } = this.visit.frame.execution.host;
    const token = this.visit.taskToken;
    if (token === undefined) throw new SimulatorError('A waiting task has no token.');
    taskTokens.open(token, {
      succeed: (output) => this.guarded(() => this.succeed(output)),
      fail: (error) => this.guarded(() => this.fail(error)),
      heartbeat: () => this.restartHeartbeat(),
    });
    this.scope.onCancel(() => taskTokens.close(token));
    this.restartHeartbeat();
  }

  private restartHeartbeat(): void {
    this.stopHeartbeat();
    if (this.heartbeatSeconds === undefined) return;
    const { doubts } = this.visit.frame.execution.region.account;
    this.stopHeartbeat = this.scope.after(this.heartbeatSeconds, () =>
      this.timeOut(`States.${doubts.behaviour('stepFunctions.heartbeatError')}`),
    );
  }

  private succeed(output: Json): void {
    this.scope.cancel();
    this.visit.frame.record('TaskSucceeded', {
      ...this.resource,
      output: JSON.stringify(output),
      outputDetails: { truncated: false },
    });
    this.resolve(output);
  }

  private fail(error: unknown): void {
    this.scope.cancel();
    if (error instanceof StatesError) {
      this.visit.frame.record('TaskFailed', {
        ...this.resource,
        ...(error.error === undefined ? {} : { error: error.error }),
        ...(error.errorCause === undefined ? {} : { cause: error.errorCause }),
      });
    }
    this.reject(error);
  }

  private timeOut(error: string): void {
    this.guarded(() => {
      this.scope.cancel();
      this.visit.frame.record('TaskTimedOut', { ...this.resource, error });
      this.reject(new StatesError(error));
    });
  }

  /** Recording may find the history full, which ends the execution: what awaits the attempt must hear of it. */
  private guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.reject(error);
    }
  }
}
