import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type ModuleItem, parseSync } from '@swc/core';

const sources = ['functions', 'cli', 'simulator', 'scenarios', 'scripts', 'test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path}`),
);
const handlers = sources.filter(
  (path) => path.startsWith('functions/') && /^export const handler\b/m.test(readFileSync(path, 'utf8')),
);

describe('A source file', () => {
  it('is named by its subject', () => {
    const nameless = /^(utils?|helpers?|common|index|misc)\.ts$/;
    expect(sources.filter((path) => nameless.test(basename(path)))).toEqual([]);
  });
});

describe('A file with a handler', () => {
  it.each(handlers)('%s begins with it, after imports, types and settings', (path) => {
    // Prepare
    const { body } = parseSync(readFileSync(path, 'utf8'), { syntax: 'typescript' });

    // Act
    const first = body.find(hasCode);

    // Assess
    expect(first && namesOf(first)).toEqual(['handler']);
  });
});

/** True for statements that do something: functions, classes, calls, and constants that hold a function or a handler. */
function hasCode(statement: ModuleItem): boolean {
  const declaration = statement.type === 'ExportDeclaration' ? statement.declaration : statement;
  switch (declaration.type) {
    case 'ImportDeclaration':
    case 'TsInterfaceDeclaration':
    case 'TsTypeAliasDeclaration':
      return false;
    case 'VariableDeclaration':
      return (
        namesOf(statement).includes('handler') ||
        declaration.declarations.some(({ init }) => /^(Arrow)?FunctionExpression$/.test(init?.type ?? ''))
      );
    default:
      return true;
  }
}

function namesOf(statement: ModuleItem): string[] {
  const declaration = statement.type === 'ExportDeclaration' ? statement.declaration : statement;
  if (declaration.type !== 'VariableDeclaration') return [declaration.type];
  return declaration.declarations.map(({ id }) => (id.type === 'Identifier' ? id.value : id.type));
}
