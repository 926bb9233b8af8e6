import { isObject, type Json } from '../../simulator/cloudformation/template';
import { type Check, TEMPLATE } from './project';

const EXPORTS_HANDLER = /^export (?:const|async function|function) handler\b/m;
/** Where a resource says what it runs; being named in a policy alone runs nothing. */
const USES = ['DefinitionSubstitutions', 'Targets', 'Target'];

/** The functions of the template are the handlers in functions/, each is built by the Makefile, and each has a use. */
export const functions: Check = (project) => {
  const resources = Object.entries(project.template.Resources);
  const declared = resources.filter(([, { Type }]) => Type === 'AWS::Serverless::Function');
  const uses = JSON.stringify(
    resources.map(([, { Properties = {} }]) => USES.map((field) => Properties[field] ?? null)),
  );
  const logGroup = loggingOf(project.template.Globals?.Function);
  const sources = declared.map(([, { Properties }]) => String(Properties?.Handler).replace(/\.handler$/, '.ts'));
  const problems = declared.flatMap(([logicalId, { Properties = {}, Metadata }], index) => {
    const source = sources[index] ?? '';
    // What an output names is there for people to invoke.
    const isOffered = JSON.stringify(project.template.Outputs ?? {}).includes(`{"Ref":"${logicalId}"}`);
    const isUsed =
      isOffered || Properties.Events !== undefined || uses.includes(`{"Fn::GetAtt":["${logicalId}","Arn"]}`);
    return [
      ...(EXPORTS_HANDLER.test(project.text(source)) ? [] : [`its Handler ${source} exports no handler`]),
      ...(isUsed ? [] : ['no state machine, rule or schedule uses it']),
      ...(Metadata?.BuildMethod === 'makefile' ? [] : ['is not built by the Makefile (Metadata.BuildMethod)']),
      ...((loggingOf(Properties) ?? logGroup) ? [] : ['has no LoggingConfig.LogGroup, so its logs are kept for ever']),
    ].map((problem) => project.finding(TEMPLATE, ['Resources', logicalId], 'functions', `${logicalId}: ${problem}`));
  });
  const strays = project
    .list(/^functions\/.*\.ts$/)
    .filter((file) => EXPORTS_HANDLER.test(project.text(file)) && !sources.includes(file))
    .map((file) =>
      project.findingAtText(file, 'handler', 'functions', `exports a handler that is no function of ${TEMPLATE}`),
    );
  return [...problems, ...strays];
};

function loggingOf(properties: Json | undefined): Json | undefined {
  const config = isObject(properties) ? properties.LoggingConfig : undefined;
  return isObject(config) ? config.LogGroup : undefined;
}
