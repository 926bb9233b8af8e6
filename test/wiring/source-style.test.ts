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

/** Where an absent member of an answer is taken for a value, and why it may be. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'functions/shared/waits/kinds/table-active.ts RestoreInProgress ?? false':
    'a table without RestoreSummary was not restored',
  'functions/dynamodb-restore/compare-tables.ts Count ?? 0':
    'required in the answer; a count that is low is not a verdict',
  'functions/dynamodb-restore/compare-tables.ts CapacityUnits ?? 0': 'only measures, for a comparison with a tolerance',
  'functions/dynamodb-restore/item-restore/list-data-files.ts BilledSizeBytes ?? 0': 'for the report',
  'functions/dynamodb-restore/swap/check-deletion.ts FallbackMaxAgeMinutes ?? 60': 'a member of the input',
  'functions/dynamodb-restore/settings/warm-throughput.ts ReadUnitsPerSecond ?? 0':
    'names a loss that may be none; puts nothing back',
  'functions/dynamodb-restore/settings/warm-throughput.ts WriteUnitsPerSecond ?? 0':
    'names a loss that may be none; puts nothing back',
  'functions/efs-to-efs/group.ts DesiredCapacity ?? 0': 'required in the answer (AutoScalingGroup)',
};

describe('A function of Lambda', () => {
  const functions = sources.filter((path) => path.startsWith('functions/'));
  const found = (pattern: RegExp) =>
    functions.flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(pattern)].map(([text, member]) => `${path} ${member ?? text}`),
    );

  it('waits for every call that it made, also when one of them failed', () => {
    expect(found(/Promise\.(?:all|race|any)\(/g)).toEqual([]);
  });

  it('does not read a text as yes or no', () => {
    expect(found(/=== '(?:true|false)'/gi)).toEqual([]);
  });

  it('does not take an absent answer for a value without a reason', () => {
    expect([...new Set(found(/[?.]\.?([A-Z]\w+ \?\? (?:true|false|\d+))/g))].sort()).toEqual(
      Object.keys(DEFAULTS).sort(),
    );
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
