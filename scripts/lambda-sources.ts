import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface LambdaSource {
  logicalId: string;
  /** The TypeScript file, from the repository's root. */
  source: string;
  /** The bundle's path inside the deployed package, as Handler names it. */
  bundle: string;
}

/**
 * The functions of a template: the one place that lists them. `Handler: functions/shared/x.handler` stands for the
 * source functions/shared/x.ts and the bundle functions/shared/x.js.
 */
export function lambdaSources(templatePath: string): LambdaSource[] {
  // CloudFormation's short tags (!Ref …) do not matter here; without this they would be reported.
  const template = parse(readFileSync(templatePath, 'utf8'), { logLevel: 'silent' });
  return Object.entries<{ Type: string; Properties: { Handler: string } }>(template.Resources)
    .filter(([, resource]) => resource.Type === 'AWS::Serverless::Function')
    .map(([logicalId, resource]) => {
      const path = resource.Properties.Handler.replace(/\.[^./]+$/, '');
      return { logicalId, source: `${path}.ts`, bundle: `${path}.js` };
    });
}
