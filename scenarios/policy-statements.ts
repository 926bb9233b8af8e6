/** One statement of a policy of the stack, with lists where a policy may have a single value. */
interface PolicyStatement {
  actions: string[];
  /** References between resources stay objects: they are shown as JSON. */
  resources: string[];
  condition: unknown;
}

/** Every statement that allows something, wherever in the resources of a template it stands. */
export function statementsOf(value: unknown): PolicyStatement[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(statementsOf);
  const { Effect, Action, Resource, Condition } = value as Record<string, unknown>;
  if (Effect !== 'Allow' || Resource === undefined) return below;
  const listOf = (part: unknown) =>
    [part].flat().map((entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
  return [{ actions: listOf(Action), resources: listOf(Resource), condition: Condition }, ...below];
}
