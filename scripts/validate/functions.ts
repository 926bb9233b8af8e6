import { basename } from 'node:path';
import { isObject, type Json } from '../../simulator/cloudformation/template';
import { type Check, TEMPLATE } from './project';

const EXPORTS_HANDLER = /^export (?:const|async function|function) handler\b/m;
/** Where a resource says what it runs; being named in a policy alone runs nothing. */
const USES = ['DefinitionSubstitutions', 'Targets', 'Target'];

/** Functions whose file has another name, and why. */
const NAMED_OTHERWISE: Readonly<Record<string, string>> = {
  EfsToEfsFunction: 'a workflow of its own: the file says what it does, orchestrate, as the folder has the name',
};

/**
 * The functions of the template are the handlers in functions/, each file has its function's name, each is built by the
 * Makefile, and each has a use.
 */
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
      isOffered ||
      Properties.Events !== undefined ||
      Properties.FunctionUrlConfig !== undefined ||
      uses.includes(`{"Fn::GetAtt":["${logicalId}","Arn"]}`);
    return [
      ...(EXPORTS_HANDLER.test(project.text(source)) ? [] : [`its Handler ${source} exports no handler`]),
      ...(basename(source) === fileOf(logicalId) || logicalId in NAMED_OTHERWISE
        ? []
        : [`its file ${source} should be ${fileOf(logicalId)}`]),
      ...(isUsed ? [] : ['no state machine, rule or schedule uses it']),
      ...(Metadata?.BuildMethod === 'makefile' ? [] : ['is not built by the Makefile (Metadata.BuildMethod)']),
      ...((loggingOf(Properties) ?? logGroup) ? [] : ['has no LoggingConfig.LogGroup, so its logs are never deleted']),
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

/** `CheckEfsBackupFunction` is in `check-efs-backup.ts`. */
function fileOf(logicalId: string): string {
  const words = logicalId.replace(/Function$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, '-');
  return `${words.toLowerCase()}.ts`;
}

function loggingOf(properties: Json | undefined): Json | undefined {
  const config = isObject(properties) ? properties.LoggingConfig : undefined;
  return isObject(config) ? config.LogGroup : undefined;
}
