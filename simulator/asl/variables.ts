import { type JsonObject, payloadText } from './payload';

/**
 * The variables of one scope: those of outer scopes can be read but not assigned, which is checked when the state
 * machine is created.
 * https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html
 */
export class Variables {
  private own: JsonObject = {};

  constructor(private readonly outer?: Variables) {}

  /** All that can be read here, by name. */
  readable(): JsonObject {
    return this.outer ? { ...this.outer.readable(), ...this.own } : this.own;
  }

  /** Takes over what a state assigns; it can be read from the next state on. */
  assign(values: JsonObject): void {
    payloadText(values, 'Assign');
    this.own = { ...this.own, ...values };
  }
}
