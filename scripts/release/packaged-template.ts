import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { lambdaSources } from '../lambda-sources';

/** Zip files hold local times without a zone: this is 1980-01-01 00:00 everywhere, so that the same files give the same bytes. */
const NO_TIME = new Date(1980, 0, 1);

/**
 * One archive with all that a deployment without this repository needs: the template, with the package of each function
 * and each state machine beside it, where `aws cloudformation package` finds them. `built` is where `npm run build` wrote.
 */
export function packagedTemplate(templatePath: string, built: string): Uint8Array {
  const template = readFileSync(templatePath, 'utf8');
  const functions = lambdaSources(templatePath).map(({ logicalId }) => logicalId);
  const files: Zippable = { 'template.yaml': Buffer.from(withPackages(template, functions)) };
  for (const logicalId of functions)
    files[`functions/${logicalId}.zip`] = [zipOf(join(built, logicalId)), { level: 0 }];
  for (const [, path = ''] of template.matchAll(/DefinitionS3Location: (\S+)/g)) files[path] = readFileSync(path);
  return zipSync(files, { mtime: NO_TIME });
}

/** The template with the package of each function in place of the recipe that `sam build` follows. */
export function withPackages(template: string, functions: string[]): string {
  const [head = '', ...resources] = template.split(/^(?= {2}\w+:\n {4}Type: AWS::Serverless::Function$)/m);
  if (resources.length !== functions.length)
    throw new Error(
      `The template has ${functions.length} functions, of which ${resources.length} are written as all are.`,
    );
  const packaged = resources.map((text) => {
    const logicalId = text.trimStart().split(':')[0];
    const uri = `    Properties:\n      CodeUri: functions/${logicalId}.zip\n`;
    const changed = text
      .replace(/^ {4}Metadata: \{ BuildMethod: makefile \}\n/m, '')
      .replace(/^ {4}Properties:\n/m, uri);
    if (changed.includes('BuildMethod') || !changed.includes(uri))
      throw new Error(`${logicalId} has not the members that a function's package takes the place of.`);
    return changed;
  });
  return [head.replace(/^ {4}#[^\n]*Makefile[^\n]*\n {4}CodeUri: \.\n/m, ''), ...packaged].join('');
}

function zipOf(folder: string): Uint8Array {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return zipSync(Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path)])), {
    level: 9,
    mtime: NO_TIME,
  });
}
