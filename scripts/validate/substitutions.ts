import { type Check, TEMPLATE } from './project';

const PLACEHOLDER = /\$\{(\w+)\}/g;
/** Step Functions refuses a task of another partition than the execution's, and only when it comes to it. */
const WRITTEN_OUT = /arn:aws[a-z-]*:/;

/**
 * Every placeholder of a state machine is an ARN, or the partition in one, and is substituted by the template, and nothing
 * else is. No ARN has a partition of its own.
 */
export const substitutions: Check = (project) => {
  const resources = Object.entries(project.template.Resources).filter(
    ([, { Type }]) => Type === 'AWS::StepFunctions::StateMachine',
  );
  const used = resources.map(([, { Properties }]) => Properties?.DefinitionS3Location);
  const unused = project.stateMachines
    .filter(({ file }) => !used.includes(file))
    .map(({ file }) => project.finding(file, [], 'substitutions', `${TEMPLATE} has no state machine with this file`));
  const mismatches = resources.flatMap(([logicalId, { Properties = {} }]) => {
    const file = String(Properties.DefinitionS3Location);
    const path = ['Resources', logicalId, 'Properties', 'DefinitionSubstitutions'];
    const given = Object.keys(Properties.DefinitionSubstitutions ?? {});
    const placeholders = new Set([...project.text(file).matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''));
    const inMachine = (name: string, message: string) =>
      project.findingAtText(file, `\${${name}}`, 'substitutions', `\${${name}} ${message}`);
    const [partition] = WRITTEN_OUT.exec(project.text(file)) ?? [];
    return [
      ...(partition
        ? [project.findingAtText(file, partition, 'substitutions', `${partition} ties ${file} to one partition`)]
        : []),
      ...[...placeholders]
        .filter((name) => !given.includes(name))
        .map((name) => inMachine(name, `is not substituted by ${logicalId}`)),
      ...[...placeholders]
        .filter((name) => !name.endsWith('Arn') && name !== 'Partition')
        .map((name) => inMachine(name, 'is not an ARN')),
      ...given
        .filter((name) => !placeholders.has(name))
        .map((name) => project.finding(TEMPLATE, [...path, name], 'substitutions', `${file} does not use ${name}`)),
    ];
  });
  return [...unused, ...mismatches];
};
