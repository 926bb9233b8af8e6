import { type Check, TEMPLATE } from './project';

const CONSTRAINTS = ['AllowedValues', 'AllowedPattern', 'MinLength', 'MaxLength', 'MinValue', 'MaxValue'] as const;
/** CloudFormation itself checks values of such types against the account: nothing is left to constrain. */
const AWS_TYPE = /AWS::/;
const SENTENCE = /^[A-Z].{10,}\.$/s;

/** Every parameter has a type, a default, a constraint and a sentence that says what it is for. */
export const parameters: Check = (project) =>
  Object.entries(project.template.Parameters ?? {}).flatMap(([name, declaration]) => {
    const { Type, Default, Description = '' } = declaration;
    const isConstrained = CONSTRAINTS.some((field) => declaration[field] !== undefined) || AWS_TYPE.test(Type);
    const problems = [
      ...(Type ? [] : ['has no Type']),
      ...(Default === undefined ? ['has no Default'] : []),
      ...(isConstrained ? [] : [`has no constraint (${CONSTRAINTS.join(', ')})`]),
      ...(SENTENCE.test(Description) ? [] : ['has no sentence as its Description']),
    ];
    return problems.map((problem) =>
      project.finding(TEMPLATE, ['Parameters', name], 'parameters', `the parameter ${name} ${problem}`),
    );
  });
