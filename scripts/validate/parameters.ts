import { type Check, type Project, TEMPLATE } from './project';

const CONSTRAINTS = ['AllowedValues', 'AllowedPattern', 'MinLength', 'MaxLength', 'MinValue', 'MaxValue'] as const;
/** CloudFormation itself checks values of such types against the account: nothing is left to constrain. */
const AWS_TYPE = /AWS::/;
const SENTENCE = /^[A-Z].{10,}\.$/s;

/** Every parameter has a type, a default, a constraint and a sentence that says what it is for, and a place in the console. */
export const parameters: Check = (project) => {
  const grouped = groupedIn(project);
  return Object.entries(project.template.Parameters ?? {}).flatMap(([name, declaration]) => {
    const { Type, Default, Description = '' } = declaration;
    const isConstrained = CONSTRAINTS.some((field) => declaration[field] !== undefined) || AWS_TYPE.test(Type);
    const problems = [
      ...(grouped.filter((other) => other === name).length === 1
        ? []
        : ['is not once in AWS::CloudFormation::Interface']),
      ...(Type ? [] : ['has no Type']),
      ...(Default === undefined ? ['has no Default'] : []),
      ...(isConstrained ? [] : [`has no constraint (${CONSTRAINTS.join(', ')})`]),
      ...(SENTENCE.test(Description) ? [] : ['has no sentence as its Description']),
    ];
    return problems.map((problem) =>
      project.finding(TEMPLATE, ['Parameters', name], 'parameters', `the parameter ${name} ${problem}`),
    );
  });
};

/** The names in the groups of the template's AWS::CloudFormation::Interface. */
function groupedIn({ template }: Project): string[] {
  const { ParameterGroups = [] } = (template.Metadata?.['AWS::CloudFormation::Interface'] ?? {}) as {
    ParameterGroups?: { Parameters: string[] }[];
  };
  return ParameterGroups.flatMap(({ Parameters }) => Parameters);
}
