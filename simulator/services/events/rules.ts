import type { Target } from '@aws-sdk/client-cloudwatch-events';
import { AwsError } from '../../errors';
import type { EventMatcher } from './pattern';

/** A rule with its targets. */
export interface Rule {
  name: string;
  arn: string;
  busName: string;
  description?: string;
  roleArn?: string;
  state: 'ENABLED' | 'DISABLED';
  eventPattern?: string;
  matches?: EventMatcher;
  scheduleExpression?: string;
  stopSchedule?: () => void;
  targets: Map<string, Target>;
}

/** A bus with its rules. */
export interface Bus {
  name: string;
  arn: string;
  rules: Map<string, Rule>;
}

const TARGETS_PER_RULE = 5;
/** Members of a target that are read; others are refused as not simulated. */
const TARGET_MEMBERS = [
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'RetryPolicy',
  'DeadLetterConfig',
];

/** What is wrong with a target, in EventBridge's words; undefined when it can be put. */
export function targetProblem(target: Target, index = 0): AwsError | undefined {
  const { Id: id = '' } = target;
  const wrong = wrongMember(id);
  if (wrong)
    return validation(
      `1 validation error detected: Value '${id}' at 'targets.${index + 1}.member.id' failed to satisfy constraint: Member must ${wrong}`,
    );
  const inputs = [target.Input, target.InputPath, target.InputTransformer].filter((input) => input !== undefined);
  if (inputs.length > 1)
    return validation(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`);
  const undefinedName = undefinedPlaceholder(target.InputTransformer);
  if (undefinedName !== undefined)
    return validation(`InputTemplate for target ${id} contains invalid placeholder ${undefinedName}.`);
  if (target.Input !== undefined && !isJson(target.Input)) return validation('JSON syntax error in input for target');
  const needsRole = /^arn:[^:]+:(states|events):/.test(target.Arn ?? '');
  if (needsRole && !target.RoleArn) return validation(`RoleArn is required for target ${target.Arn}.`);
  return undefined;
}

/** The member of a target that is not simulated, if it has one. */
export function unknownTargetMember(target: Target): string | undefined {
  return Object.entries(target).find(([name, value]) => value !== undefined && !TARGET_MEMBERS.includes(name))?.[0];
}

/** Adds targets in the place of those with the same id, within the limit of a rule. */
export function putTargets(rule: Rule, targets: Target[]): void {
  const ids = new Set([...rule.targets.keys(), ...targets.map(({ Id = '' }) => Id)]);
  if (ids.size > TARGETS_PER_RULE)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  for (const target of targets) rule.targets.set(target.Id ?? '', target);
}

export function notFound(kind: string, name: string, where = ''): AwsError {
  return new AwsError('ResourceNotFoundException', `${kind} ${name} does not exist${where}.`);
}

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** What EventBridge's model asks of the id of a target. */
function wrongMember(id: string): string | undefined {
  if (id.length > 64) return 'have length less than or equal to 64';
  return /^[.\-_A-Za-z0-9]+$/.test(id) ? undefined : 'satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+';
}

/** The name in a template that no path of the transformer is for; EventBridge's own begin with `aws.events`. */
function undefinedPlaceholder(transformer: Target['InputTransformer']): string | undefined {
  const { InputTemplate = '', InputPathsMap = {} } = transformer ?? {};
  const names = [...InputTemplate.matchAll(/<([\w.-]+)>/g)].map(([, name = '']) => name);
  return names.find((name) => !(name in InputPathsMap) && !name.startsWith('aws.events.'));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
