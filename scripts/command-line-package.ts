import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { description, engines, license, name, version } from '../package.json';
import { bundleCommandLine, COMMAND_FILE } from './command-line-bundle';

const README = `# ${name}

${description}: the command line. It starts, watches and schedules the workflows of a deployed stack, and recovers
DynamoDB tables, with your own AWS credentials.

    npx ${name} --help
    npx ${name} doctor

It needs Node.js ${engines.node} and nothing else.
`;

/**
 * Writes the package of the command line into a folder: the bundle, and what `npm pack` needs. It has no dependencies;
 * those that are in the bundle are named with their licences.
 */
export async function writeCommandLinePackage(folder: string): Promise<string> {
  const { command, metafile } = await bundleCommandLine(folder);
  const manifest = { name, version, description, license, type: 'module', bin: { [name]: COMMAND_FILE }, engines };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(folder, 'README.md'), README);
  copyFileSync('LICENSE', join(folder, 'LICENSE'));
  writeFileSync(join(folder, 'THIRD_PARTY_LICENSES.txt'), licencesOf(Object.keys(metafile.inputs)));
  return command;
}

/** The licences of the packages that files of a bundle come from; each text once, below the packages that have it. */
function licencesOf(inputs: string[]): string {
  const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const packagesByText = new Map<string, string[]>();
  for (const folder of [...new Set(folders)].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim() : '';
    packagesByText.set(text, [...(packagesByText.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  return [...packagesByText]
    .map(([text, packages]) => `${packages.join('\n')}\n\n${text}\n`)
    .join(`\n${'-'.repeat(80)}\n`);
}
