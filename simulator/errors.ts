/** What a simulated service answers when it refuses a request: the code, the message and the HTTP status that AWS would send. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** Further members of the modelled exception, e.g. DynamoDB's `CancellationReasons`. */
    readonly fields: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'AwsError';
  }
}

/**
 * A gap in the simulation, never an answer of AWS. It ends the whole simulated run, and neither a handler's `catch`
 * nor a state machine's `Catch` can hide it.
 */
export class SimulatorError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SimulatorError';
  }
}
