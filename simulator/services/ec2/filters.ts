import { AwsError, SimulatorError } from '../../errors';

/** A filter of a Describe call, as in the SDK. */
export interface Filter {
  Name?: string | undefined;
  Values?: string[] | undefined;
}

/** What a resource has under a filter's name: no value, one or several. */
type FilterValues = (name: string) => string[] | undefined;

const maximumFilters = 50;
const maximumValues = 200;

/**
 * Refuses a call with more filters, or with more values of one, than EC2 takes.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
 */
export function checkFilters(filters: Filter[] = []): void {
  if (filters.length > maximumFilters)
    throw new AwsError('FilterLimitExceeded', `The maximum number of filters on a single call is ${maximumFilters}`);
  if (filters.every(({ Values = [] }) => Values.length <= maximumValues)) return;
  throw new AwsError('FilterLimitExceeded', `The maximum number of values of a filter is ${maximumValues}`);
}

/** Whether a resource passes every filter; within a filter one value is enough. */
export function passes(filters: Filter[] | undefined, valuesOf: FilterValues): boolean {
  return (filters ?? []).every((filter) => {
    const values = valuesOf(filter.Name ?? '');
    if (!values) throw new SimulatorError(`The EC2 filter ${filter.Name} is not simulated.`);
    return (filter.Values ?? []).some((pattern) => values.some((value) => matches(pattern, value)));
  });
}

/** The exact values of a filter, or nothing when there is no such filter or it has a wildcard. */
export function exactValues(filters: Filter[] | undefined, name: string): string[] | undefined {
  const values = filters?.find((filter) => filter.Name === name)?.Values;
  return values?.every((value) => !/[*?\\]/.test(value)) ? values : undefined;
}

/** The values of `tag:KEY` and `tag-key`, or nothing when the filter is not about tags. */
export function tagFilterValues(name: string, tags: Record<string, string>): string[] | undefined {
  if (name === 'tag-key') return Object.keys(tags);
  if (!name.startsWith('tag:')) return undefined;
  const value = tags[name.slice('tag:'.length)];
  return value === undefined ? [] : [value];
}

const patterns = new Map<string, RegExp>();

function matches(pattern: string, value: string): boolean {
  if (!/[*?\\]/.test(pattern)) return pattern === value;
  let expression = patterns.get(pattern);
  if (!expression) {
    const source = pattern.replace(/\\([*?\\])|([*?])|([.+^${}()|[\]\\/])/g, (_all, literal, wildcard, special) => {
      if (literal) return `\\${literal}`;
      if (wildcard) return wildcard === '*' ? '.*' : '.';
      return `\\${special}`;
    });
    expression = new RegExp(`^${source}$`, 's');
    patterns.set(pattern, expression);
  }
  return expression.test(value);
}
