import { validationError } from './parameters';
import { resolve } from './resolve';
import type { Json, Template } from './template';

/**
 * Refuses parameters that break an assertion of a rule that applies to them, with all such assertions. Rules know
 * parameters only. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
 */
export function checkRules(template: Template, parameters: Record<string, Json>): void {
  const scope = { parameters, conditions: {}, mappings: {} };
  const applying = Object.values(template.Rules ?? {}).filter(
    ({ RuleCondition = true }) => resolve(RuleCondition, scope) === true,
  );
  const broken = applying
    .flatMap(({ Assertions }) => Assertions)
    .filter(({ Assert }) => resolve(Assert, scope) !== true)
    .map(({ AssertDescription = 'an assertion without a description' }) => AssertDescription);
  if (broken.length > 0) throw validationError(`Template validation error: ${broken.join('; ')}`);
}
