import { SimulatorError } from './errors';

/** Ends the run when a request carries a parameter that the simulation does not know: ignoring it could change the result. */
export function requireSupported(operation: string, input: object, supported: readonly string[]): void {
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || supported.includes(name)) continue;
    throw new SimulatorError(`${operation}: the parameter ${name} is not simulated.`);
  }
}
