import * as z from 'zod';
import { parseOperationInput, parseSwapInput } from '../../../../functions/dynamodb-restore/input';
import { parseInput } from '../../../../functions/pre-post-backup/input';
import { describeIssues, plainMessage, withoutEmptyKeys } from '../../../../functions/shared/input';

const ROLE = 'arn:aws:iam::111122223333:role/backup';
const BACKUP_DETAILS = { BackupVaultName: 'nightly', IamRoleArn: ROLE };
const SCRIPT = { SourceS3Path: 'https://scripts.s3.amazonaws.com/pre.sh', CommandToRun: 'pre.sh' };

describe('An optional key that is empty counts as absent', () => {
  it.each([
    ['text', ''],
    ['null', null],
    ['an object without keys', {}],
  ])('is left out when it is given as %s', (_name, empty) => {
    const type = z.strictObject({ Role: z.string().min(1).optional(), Days: z.int().default(7) });
    expect(withoutEmptyKeys(type, { Role: empty, Days: empty })).toEqual({});
  });

  it('is left out of an object inside of the input too', () => {
    const type = z.strictObject({ Lifecycle: z.strictObject({ Days: z.int().optional() }).optional() });
    expect(withoutEmptyKeys(type, { Lifecycle: { Days: null } })).toEqual({ Lifecycle: {} });
  });

  it('but not when the key is required, when its type takes the value, or when it is a guard', () => {
    const type = z.strictObject({
      Name: z.string().min(1),
      Value: z.string().optional(),
      Account: z.string().min(12).optional().meta({ isGuard: true }),
    });
    const input = { Name: '', Value: '', Account: '' };
    expect(withoutEmptyKeys(type, input)).toEqual(input);
  });

  it('and not when it is no key of the input: a typing error stays visible', () => {
    expect(withoutEmptyKeys(z.strictObject({}), { Rolle: '' })).toEqual({ Rolle: '' });
  });
});

describe('Every workflow takes an empty optional key as absent:', () => {
  it.each([
    [
      'the tag fields of a form that names instances',
      { TargetEC2TagKey: '', TargetEC2TagValue: '', TargetEC2Instances: ['i-0a1b2c3d4e5f60001'] },
    ],
    ['a list of instances that is null', { TargetEC2TagKey: 'a', TargetEC2TagValue: 'b', TargetEC2Instances: null }],
    [
      'a post script without any key',
      {
        TargetEC2TagKey: 'a',
        TargetEC2TagValue: 'b',
        RemoteRunCommandDetails: { PreBackupScriptDetails: SCRIPT, PostBackupScriptDetails: {} },
      },
    ],
    [
      'a bucket and prefix for output',
      {
        TargetEC2TagKey: 'a',
        TargetEC2TagValue: 'b',
        RemoteRunCommandDetails: {
          PreBackupScriptDetails: { ...SCRIPT, OutputS3BucketName: '', OutputS3KeyPrefix: '' },
        },
      },
    ],
  ])('pre-post-backup, %s', (_name, part) => {
    expect(parseInput({ BackupDetails: BACKUP_DETAILS, ...part }).problems).toEqual([]);
  });

  it('is left out of pre-post-backup, but a tag may have an empty value', () => {
    const { settings } = parseInput({ TargetEC2TagKey: 'a', TargetEC2TagValue: '', BackupDetails: BACKUP_DETAILS });
    expect(settings).toMatchObject({ TargetEC2TagKey: 'a', TargetEC2TagValue: '' });
  });

  it('is left out of dynamodb-swap-restore and dynamodb-table-operation, but for the account that they expect', () => {
    const Source = {
      Type: 'RecoveryPoint',
      RecoveryPointArn: 'arn:aws:backup:eu-west-1:111122223333:recovery-point:1',
      IamRoleArn: '',
    };
    const swap = { TableName: 'orders', Source, ApprovalTimeoutMinutes: null, Cleanup: '' };
    expect(parseSwapInput(swap).problems).toEqual([]);
    const operation = { Operation: 'EnablePointInTimeRecovery', TableName: 'orders', RecoveryPeriodInDays: '' };
    expect(parseOperationInput(operation).problems).toEqual([]);
    expect(parseSwapInput({ ...swap, ExpectedAccountId: '' }).problems).toEqual([
      'ExpectedAccountId: must have 12 digits',
    ]);
  });
});

it('An input with thousands of unknown keys is refused in words that fit into a cause', () => {
  // Prepare
  const keys = Array.from({ length: 5_000 }, (_, index) => `an-unknown-key-number-${index}`);
  const input = Object.fromEntries(keys.map((key) => [key, true]));

  // Act
  const { error } = z.strictObject({}).safeParse(input, { error: plainMessage });
  const problems = describeIssues(error as z.ZodError, ['FileSystemID']);

  // Assess
  expect(problems[0]).toBe('an-unknown-key-number-0 is not a key of the input');
  expect(problems.at(-1)).toBe('and 4,960 more problems');
  expect(problems.join('\n').length).toBeLessThan(32_768);
});
