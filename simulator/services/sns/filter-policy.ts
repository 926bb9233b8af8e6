import { AwsError, SimulatorError } from '../../errors';
import { jsonComplaint } from '../../json-complaint';
import { compilePattern, PATTERN_REFUSAL } from '../events/pattern';
import { invalidParameter } from './refusals';

type Policy = { [key: string]: unknown };

const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;

/**
 * Refuses what Amazon SNS refuses of a filter policy. It reads one as EventBridge reads a pattern, with limits of its own.
 * https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html
 */
export function checkFilterPolicy(text: string, scope: string): void {
  const policy = parse(text);
  if (Object.keys(policy).length === 0) return;
  checkAnythingBut(policy);
  try {
    compilePattern(text);
  } catch (error) {
    throw error instanceof AwsError ? refuse(error.message.replace(PATTERN_REFUSAL, '')) : error;
  }
  if (keysOf(policy) > MOST_KEYS) throw refuse(`Filter policy can not have more than ${MOST_KEYS} keys`);
  if (scope === 'MessageAttributes' && isNested(policy))
    throw invalidParameter(
      'Attributes Reason: Filter policy scope MessageAttributes does not support nested filter policy',
    );
  if (combinationsOf(policy, 1) > MOST_COMBINATIONS) throw refuse('Filter policy is too complex');
}

function refuse(reason: string): AwsError {
  return invalidParameter(`Attributes Reason: FilterPolicy: ${reason}`);
}

function parse(text: string): Policy {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse(`failed to parse JSON. ${jsonComplaint(text)}`);
  }
}

/** Recorded: inside anything-but there is prefix, and neither suffix nor exists. Of the others nothing is known. */
function checkAnythingBut(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    checkAnythingBut(inner);
    if (key !== 'anything-but' || typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue;
    const [[operator, argument] = ['', undefined]] = Object.entries(inner);
    if (operator === 'wildcard' || operator === 'equals-ignore-case')
      throw new SimulatorError(`anything-but with ${operator} in a filter policy of SNS is not simulated.`);
    if (operator !== 'prefix') throw refuse(`Unsupported anything-but pattern: ${operator}`);
    if (typeof argument !== 'string') throw refuse('prefix match pattern must be a string');
  }
}

/** Those of the top, with the alternatives of `$or` among them. */
function keysOf(policy: Policy): number {
  return Object.entries(policy).reduce((sum, [key, value]) => sum + (isOr(key, value) ? sumOf(value, keysOf) : 1), 0);
}

function isNested(policy: Policy): boolean {
  return Object.entries(policy).some(([key, value]) =>
    isOr(key, value) ? value.some(isNested) : !Array.isArray(value),
  );
}

/** Each value counts once for each level that it is down; keys multiply, alternatives add up. */
function combinationsOf(policy: Policy, level: number): number {
  return Object.entries(policy).reduce((product, [key, value]) => {
    if (isOr(key, value)) return product * sumOf(value, (alternative) => combinationsOf(alternative, level));
    return product * (Array.isArray(value) ? value.length * level : combinationsOf(value as Policy, level + 1));
  }, 1);
}

function isOr(key: string, value: unknown): value is Policy[] {
  return key === '$or' && Array.isArray(value) && value.length > 1 && value.every((each) => typeof each === 'object');
}

function sumOf(policies: Policy[], count: (policy: Policy) => number): number {
  return policies.reduce((sum, policy) => sum + count(policy), 0);
}
