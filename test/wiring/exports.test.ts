import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const EXPORT =
  /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;
const IMPORT = /(?:import|export)\s+(?:type\s+)?(?:\w+\s*,\s*)?(\{[^}]*\}|\* as \w+)\s+from\s+'([^']+)'/g;
/** `const { a, b } = await import('…')`, `require('…') as typeof import('…')`, `import('…').Name`. */
const LATER =
  /(?:(?:const|let) (\{[^}]*\}) = (?:await import|require)\('([^']+)'\))|(?:import\('([^']+)'\)(?:\.(\w+)|\)?\.then\(\(?(\{[^}]*\}))?)/g;
/** The packages of this repository, which are imported by name. */
const PACKAGES: Readonly<Record<string, string>> = {
  'simulated-aws': 'simulator',
  'schedule-expressions': 'schedule-expressions',
};
/** Exports that something other than such an import finds: the template, and the list of commands. */
const FOUND_OTHERWISE = ['handler', 'declare'];
/** Files whose exports are found so: handlers that a test's template names, jest's global set-up. */
const FILES_FOUND_OTHERWISE = ['simulator/test/unit/lambda-handlers.ts', 'test/e2e/install.ts'];

const sources = execFileSync('git', ['ls-files', '*.ts'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path && existsSync(path));

/** The source that an import of `from` means; `undefined` for an installed package. */
function target(from: string, specifier: string): string | undefined {
  const [name = ''] = specifier.split('/');
  const own = PACKAGES[name];
  const path = specifier.startsWith('.')
    ? normalize(join(dirname(from), specifier))
    : own && normalize(join(own, specifier.slice(name.length)));
  return path && [`${path}.ts`, `${path}.d.ts`, path].find((candidate) => sources.includes(candidate));
}

function namesIn(braces: string): string[] {
  return braces
    .replace(/[{}]/g, '')
    .split(',')
    .map(
      (name) =>
        name
          .trim()
          .replace(/^type /, '')
          .split(/ as |:/)[0]
          ?.trim() ?? '',
    )
    .filter(Boolean);
}

/** `path name` for everything that some file imports; `path *` where all of it is. */
function imported(): Set<string> {
  const used = new Set<string>();
  for (const path of sources) {
    const text = readFileSync(path, 'utf8');
    for (const [, names = '', specifier = ''] of text.matchAll(IMPORT)) {
      const file = target(path, specifier);
      for (const name of names.startsWith('*') ? ['*'] : namesIn(names)) used.add(`${file} ${name}`);
    }
    for (const [, names, first, second, member, then] of text.matchAll(LATER)) {
      const file = target(path, first ?? second ?? '');
      const found = names ?? then;
      for (const name of found ? namesIn(found) : [member ?? '*']) used.add(`${file} ${name}`);
    }
  }
  return used;
}

describe('What a file exports', () => {
  it('is imported by another file', () => {
    const used = imported();
    const dead = sources.flatMap((path) => {
      if (used.has(`${path} *`) || FILES_FOUND_OTHERWISE.includes(path)) return [];
      const names = [...readFileSync(path, 'utf8').matchAll(EXPORT)].map(([, name = '']) => name);
      return names
        .filter((name) => !FOUND_OTHERWISE.includes(name) && !used.has(`${path} ${name}`))
        .map((name) => `${path} ${name}`);
    });
    expect(dead).toEqual([]);
  });
});
