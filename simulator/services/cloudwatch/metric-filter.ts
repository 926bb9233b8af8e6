import { SimulatorError } from '../../errors';
import type { MetricData } from './metric-data';

/** What CloudFormation gives of a metric filter. */
export interface MetricFilterSettings {
  FilterPattern: string;
  MetricTransformations: {
    MetricNamespace: string;
    MetricName: string;
    MetricValue: string;
    Dimensions?: { Key: string; Value: string }[];
  }[];
}

const TERM = /^\s*\$\.([\w.]+)\s*=\s*(?:"([^"]*)"|(\*))\s*$/;

/**
 * Publishes a value for each line of a log that fits. Lines that are no JSON fit no pattern of this kind. Only `=`, `&&` and
 * `||` of JSON patterns are simulated, and no DefaultValue. A line without the field of a dimension publishes nothing.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
export function applyMetricFilter(filter: MetricFilterSettings, line: string, at: number, data: MetricData): void {
  if (!line.startsWith('{')) return;
  const record = parse(line);
  if (!record || !fits(filter.FilterPattern, record)) return;
  for (const { MetricNamespace, MetricName, MetricValue, Dimensions = [] } of filter.MetricTransformations) {
    const value = Number(MetricValue.startsWith('$.') ? valueAt(record, MetricValue.slice(2)) : MetricValue);
    const values = Dimensions.map(({ Key, Value }) => [Key, valueAt(record, Value.slice(2))]);
    if (!Number.isFinite(value) || values.some(([, each]) => each === undefined)) continue;
    const dimensions = Dimensions.length > 0 ? { dimensions: Object.fromEntries(values) } : {};
    data.put({ namespace: MetricNamespace, name: MetricName, ...dimensions }, at, value);
  }
}

/** Whether a line of a log fits what a person filters it by: nothing, a term that it has in it, or a pattern of JSON. */
export function fitsLine(pattern: string, line: string): boolean {
  if (!pattern.trim().startsWith('{')) return line.includes(/^"(.*)"$/s.exec(pattern.trim())?.[1] ?? pattern.trim());
  const record = line.startsWith('{') ? parse(line) : undefined;
  return record !== undefined && fits(pattern, record);
}

function fits(pattern: string, record: object): boolean {
  const body = /^\{(.*)\}$/s.exec(pattern.trim())?.[1];
  if (body === undefined || body.includes('('))
    throw new SimulatorError(`This filter pattern is not simulated: ${pattern}`);
  return body.split('||').some((all) => all.split('&&').every((term) => fitsTerm(term, record)));
}

function fitsTerm(term: string, record: object): boolean {
  const [, path = '', text] = TERM.exec(term) ?? [];
  if (!path) throw new SimulatorError(`This term of a filter pattern is not simulated: ${term}`);
  const value = valueAt(record, path);
  return text === undefined ? value !== undefined : value === text;
}

function valueAt(record: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], record);
}

function parse(line: string): object | undefined {
  try {
    return JSON.parse(line) as object;
  } catch {
    return undefined;
  }
}
