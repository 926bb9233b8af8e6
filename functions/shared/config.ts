/**
 * Reads a setting that template.yaml gives to the function. Called at module scope, so that a missing one fails the
 * first invocation at once instead of the third step of a run.
 */
export function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value)
    throw new Error(`The environment variable ${name} is not set; template.yaml must give it to this function.`);
  return value;
}
