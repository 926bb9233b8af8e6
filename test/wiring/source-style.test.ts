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

describe('A program', () => {
  it('reads its command line with readCommandLine, which names everything that is wrong at once', () => {
    const programs = sources.filter((path) => /^(cli|scripts)\//.test(path));
    const others = programs.filter((path) => /\bparseArgs\b/.test(readFileSync(path, 'utf8')));
    expect(others).toEqual([]);
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

/** Where an absent member of an answer is taken for a value, and why it may be. `answerOf` reads all others. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'cli/backup-checks.ts NumberOfRecoveryPoints ?? 0': 'of a message',
  'cli/checks.ts RecoveryPeriodInDays ?? 35': 'the default (API_PointInTimeRecoverySpecification)',
  'cli/console/table-operations.ts RecoveryPeriodInDays ?? 35': 'the default (API_PointInTimeRecoverySpecification)',
  "cli/commands/schedules.ts Input ?? '{}'": 'a schedule without an input gives none',
  "cli/scheduled-inputs.ts Input ?? '{}'": 'a schedule without an input gives none',
  "cli/commands/schedules.ts ScheduleExpressionTimezone ?? 'UTC'": 'the default (API_CreateSchedule)',
  "cli/progress.ts State ?? 'waiting'": 'of a message',
  "cli/progress.ts Status ?? 'waiting'": 'of a message',
  "cli/progress.ts TableStatus ?? 'waiting'": 'of a message',
  "cli/console/table-operations.ts ItemCount ?? '(not known)'": 'of a message',
  "cli/worker-checks.ts KeyState ?? 'in an unknown state'": 'of a message',
  "functions/dynamodb-restore/find-table.ts ArchivalBackupArn ?? 'that DynamoDB made when it archived the table'":
    'of a message',
  "functions/dynamodb-restore/operation/delete-table.ts BackupArn ?? 'that has to be there'": 'of a message',
  "functions/dynamodb-restore/settings/table-class.ts TableClass ?? 'STANDARD'":
    'a table without a summary is a standard one (API_TableClassSummary)',
  "functions/dynamodb-restore/settings/table-schema.ts BillingMode ?? 'PROVISIONED'":
    'a table without a summary is a provisioned one (API_BillingModeSummary)',
  "functions/dynamodb-restore/swap/deletion-checks.ts BackupArn ?? 'that has to be there'": 'of a message',
  "functions/dynamodb-restore/system-backup.ts BackupStatus ?? 'unknown'": 'a state of its own',
  "functions/efs-recovery/backup/check-efs-backup.ts LifeCycleState ?? 'unknown'": 'of a message',
  "functions/efs-recovery/recovery/restore-access-points.ts Path ?? '/'": 'of a message',
  "functions/efs-recovery/recovery/choose-recovery-point.ts Status ?? 'in a state that is not known'": 'of a message',
  "functions/efs-recovery/vault-policy.ts Policy ?? '{}'": 'a vault without a policy denies nothing',
  "functions/efs-to-efs/note-launch-failure.ts StatusMessage ?? 'Auto Scaling gave no reason.'": 'of a message',
  "functions/pre-post-backup/job-end.ts State ?? 'unknown'": 'of a message',
  'functions/shared/tables/compare-tables.ts Count ?? 0':
    'required in the answer; a count that is low is not a verdict',
  'functions/shared/tables/compare-tables.ts CapacityUnits ?? 0': 'only measures, for a comparison with a tolerance',
  'functions/dynamodb-restore/item-restore/list-data-files.ts BilledSizeBytes ?? 0': 'for the report',
  'functions/dynamodb-restore/swap/check-deletion.ts FallbackMaxAgeMinutes ?? 60': 'a member of the input',
  'functions/dynamodb-restore/settings/warm-throughput.ts ReadUnitsPerSecond ?? 0':
    'names a loss that may be none; puts nothing back',
  'functions/dynamodb-restore/settings/warm-throughput.ts WriteUnitsPerSecond ?? 0':
    'names a loss that may be none; puts nothing back',
  "functions/restore-test/isolation.ts FromPort ?? 'all'": 'of a message',
  "functions/restore-test/isolation.ts SubnetId ?? 'an unknown subnet'": 'of a message',
  "functions/restore-test/isolation.ts ToPort ?? 'all'": 'of a message',
  "functions/restore-test/isolation.ts VpcPeeringConnectionId ?? 'elsewhere'": 'of a message',
  "functions/shared/waits/kinds/instance-gone.ts Name ?? 'terminated'":
    'an instance that DescribeInstances no longer has is gone',
  "functions/shared/waits/kinds/instance-testable.ts Name ?? 'unknown'": 'a state of its own, which is no end',
  'functions/efs-to-efs/group.ts DesiredCapacity ?? 0': 'required in the answer (AutoScalingGroup)',
};

/** The same, where an answer is taken apart. */
const DESTRUCTURED: Readonly<Record<string, string>> = {
  "functions/dynamodb-restore/item-restore/read-table-facts.ts FunctionArn = 'a function'": 'words for a person',
  'functions/dynamodb-restore/settings/table-schema.ts ReadCapacityUnits = 0': 'no units: on demand',
  'functions/dynamodb-restore/settings/table-schema.ts WriteCapacityUnits = 0': 'beside ReadCapacityUnits',
  "cli/commands/schedules.ts ScheduleExpressionTimezone = 'UTC'": 'the default (API_CreateSchedule)',
};

/** Members that are compared with yes or no by hand: of an input, or of an answer to an operator. */
const COMPARED = [
  'functions/dynamodb-restore/last-minute.ts ProtectLastMinute !== false',
  'functions/dynamodb-restore/swap/answer-approval.ts Approve === true',
  'functions/dynamodb-restore/swap/answer-as-second-person.ts Approve === true',
  'functions/efs-recovery/recovery/remove-failed-restore.ts DeleteOnFailure === true',
  // Of the input as the run was started with it, which no schema has filled yet.
  'functions/shared/runs/runs.ts DryRun === true',
  'cli/fleet-checks.ts StartStopEC2Required === true',
  'cli/commands/dynamodb.ts Cleanup === false',
];

describe('A function of Lambda', () => {
  const functions = sources.filter((path) => path.startsWith('functions/'));
  const shipped = sources.filter((path) => /^(functions|cli)\//.test(path));
  const found = (pattern: RegExp, paths = functions) =>
    paths.flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(pattern)].map(([text, member]) => `${path} ${member ?? text}`),
    );

  it('waits for every call that it made, also when one of them failed', () => {
    expect(found(/Promise\.(?:all|race|any)\(/g)).toEqual([]);
  });

  it('tells errors apart with hasName, and no other way', () => {
    const byHand =
      /\bname [!=]== '[A-Z]|\(error as Error\)\.name(?= [!=]==|\)\))|includes\(error\.name\)|\{ name\b[^}]*\} = error as/g;
    expect(found(byHand)).toEqual([]);
  });

  it("changes an item of the suite's tables by changeOf, and reads them page by page", () => {
    const byHand = found(/UpdateExpression: (?!string)|new (?:Query|Scan)Command\(/g);
    expect([...new Set(byHand.map((text) => text.split(' ')[0]))].sort()).toEqual([
      // A table of somebody else: its attributes may have any name.
      'functions/dynamodb-restore/item-restore/write.ts',
      'functions/shared/items.ts',
      // A sample is a page.
      'functions/shared/tables/compare-tables.ts',
    ]);
  });

  it('does not read a text as yes or no', () => {
    expect(found(/=== '(?:true|false)'/gi)).toEqual([]);
  });

  it('does not take an absent answer for a value without a reason', () => {
    const defaults = found(/\b([A-Z]\w+ \?\? (?:true|false|\d+|'[^']+'))/g, shipped);
    expect([...new Set(defaults)].sort()).toEqual(Object.keys(DEFAULTS).sort());
  });

  it('does not give an absent member of an answer a value where it takes it apart, without a reason', () => {
    const defaults = found(/[{,] ?([A-Z][a-z]\w*(?:: \w+)? = (?:true|false|\d+|'[^']+'))(?= ?[,}])/g, shipped);
    expect([...new Set(defaults)].sort()).toEqual(Object.keys(DESTRUCTURED).sort());
  });

  it('does not compare a member of an answer with yes or no by hand: an absent one is neither', () => {
    const compared = found(/\b([A-Z]\w+(?:\?\.\w+)* [!=]== (?:true|false))/g, shipped);
    expect([...new Set(compared)].sort()).toEqual([...COMPARED].sort());
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
