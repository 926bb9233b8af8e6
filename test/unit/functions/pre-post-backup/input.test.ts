import { parseInput } from '../../../../functions/pre-post-backup/input';
import { SCRIPT_ADDRESS_MESSAGE } from '../../../../functions/shared/scripts/script-address';

const PATH = 'https://scripts.s3.amazonaws.com/pre.sh';
const SCRIPT = { SourceS3Path: PATH, CommandToRun: 'pre.sh' };
const BACKUP = { BackupVaultName: 'nightly', IamRoleArn: 'arn:aws:iam::111122223333:role/backup' };
const id = (number: number) => `i-${String(number).padStart(17, '0')}`;

const input = (more: object = {}) => ({
  TargetEC2TagKey: 'backup-job',
  TargetEC2TagValue: 'true',
  BackupDetails: BACKUP,
  ...more,
});
const withBackup = (more: object) => input({ BackupDetails: { ...BACKUP, ...more } });
const withScript = (more: object) =>
  input({ RemoteRunCommandDetails: { PreBackupScriptDetails: { ...SCRIPT, ...more } } });
const withIds = (count: number) => ({
  TargetEC2Instances: Array.from({ length: count }, (_, index) => id(index)),
  BackupDetails: BACKUP,
});
const SCRIPT_PATH = 'RemoteRunCommandDetails.PreBackupScriptDetails';

describe('The input of pre-post-backup', () => {
  // Each limit, with the last value inside and the first one outside of it.
  it.each<[string, unknown, unknown, string]>([
    [
      'TargetEC2TagKey, shortest',
      input({ TargetEC2TagKey: 'k' }),
      input({ TargetEC2TagKey: '' }),
      'TargetEC2TagKey is missing; it goes with TargetEC2TagValue',
    ],
    [
      'TargetEC2TagKey, longest',
      input({ TargetEC2TagKey: 'k'.repeat(128) }),
      input({ TargetEC2TagKey: 'k'.repeat(129) }),
      'TargetEC2TagKey: must have at most 128 characters, but has 129',
    ],
    [
      'TargetEC2TagValue, longest',
      input({ TargetEC2TagValue: 'v'.repeat(256) }),
      input({ TargetEC2TagValue: 'v'.repeat(257) }),
      'TargetEC2TagValue: must have at most 256 characters, but has 257',
    ],
    [
      'TargetEC2TagValue, shortest (EC2 has empty tag values)',
      input({ TargetEC2TagValue: '' }),
      input({ TargetEC2TagValue: 1 }),
      'TargetEC2TagValue: must be text',
    ],
    [
      'TargetEC2Instances, most',
      withIds(50),
      withIds(51),
      'TargetEC2Instances: must have at most 50 entries, but has 51',
    ],
    [
      'TargetEC2Instances, fewest',
      withIds(1),
      withIds(0),
      'give TargetEC2TagKey and TargetEC2TagValue, or TargetEC2Instances',
    ],
    [
      'an instance id, old and short',
      { TargetEC2Instances: ['i-1234abcd'], BackupDetails: BACKUP },
      { TargetEC2Instances: ['i-1234abc'], BackupDetails: BACKUP },
      'TargetEC2Instances.0: i-1234abc is not an instance id',
    ],
    [
      'an instance id, new and long',
      { TargetEC2Instances: ['i-0123456789abcdef0'], BackupDetails: BACKUP },
      { TargetEC2Instances: ['i-0123456789abcdef01'], BackupDetails: BACKUP },
      'TargetEC2Instances.0: i-0123456789abcdef01 is not an instance id',
    ],
    [
      'SourceS3Path, longest',
      withScript({ SourceS3Path: PATH.padEnd(2048, 'x') }),
      withScript({ SourceS3Path: PATH.padEnd(2049, 'x') }),
      `${SCRIPT_PATH}.SourceS3Path: must have at most 2048 characters, but has 2049`,
    ],
    [
      'SourceS3Path, form',
      withScript({ SourceS3Path: 'https://scripts.s3.eu-west-1.amazonaws.com/a%20b.sh?versionId=1' }),
      withScript({ SourceS3Path: 's3://scripts/pre.sh' }),
      `${SCRIPT_PATH}.SourceS3Path: ${SCRIPT_ADDRESS_MESSAGE}`,
    ],
    [
      'CommandToRun, shortest',
      withScript({ CommandToRun: 'x' }),
      withScript({ CommandToRun: '' }),
      `${SCRIPT_PATH}.CommandToRun: must not be empty`,
    ],
    [
      'CommandToRun, longest',
      withScript({ CommandToRun: 'x'.repeat(8192) }),
      withScript({ CommandToRun: 'x'.repeat(8193) }),
      `${SCRIPT_PATH}.CommandToRun: must have at most 8192 characters, but has 8193`,
    ],
    [
      'WorkingDirectory, longest',
      withScript({ WorkingDirectory: 'd'.repeat(1024) }),
      withScript({ WorkingDirectory: 'd'.repeat(1025) }),
      `${SCRIPT_PATH}.WorkingDirectory: must have at most 1024 characters, but has 1025`,
    ],
    [
      'TimeoutInSeconds, least',
      withScript({ TimeoutInSeconds: 30 }),
      withScript({ TimeoutInSeconds: 29 }),
      `${SCRIPT_PATH}.TimeoutInSeconds: must be at least 30`,
    ],
    [
      'TimeoutInSeconds, most, as the text that the predecessor documents',
      withScript({ TimeoutInSeconds: '2592000' }),
      withScript({ TimeoutInSeconds: '2592001' }),
      `${SCRIPT_PATH}.TimeoutInSeconds: must be at most 2592000`,
    ],
    [
      'TimeoutInSeconds, whole',
      withScript({ TimeoutInSeconds: '600' }),
      withScript({ TimeoutInSeconds: '10 min' }),
      `${SCRIPT_PATH}.TimeoutInSeconds: must be a number`,
    ],
    [
      'ExecutionTimeoutInSeconds, least',
      withScript({ ExecutionTimeoutInSeconds: 1 }),
      withScript({ ExecutionTimeoutInSeconds: 0 }),
      `${SCRIPT_PATH}.ExecutionTimeoutInSeconds: must be at least 1`,
    ],
    [
      'ExecutionTimeoutInSeconds, most',
      withScript({ ExecutionTimeoutInSeconds: 172_800 }),
      withScript({ ExecutionTimeoutInSeconds: 172_801 }),
      `${SCRIPT_PATH}.ExecutionTimeoutInSeconds: must be at most 172800`,
    ],
    [
      'ExecutionTimeoutInSeconds, a number',
      withScript({ ExecutionTimeoutInSeconds: 60 }),
      withScript({ ExecutionTimeoutInSeconds: true }),
      `${SCRIPT_PATH}.ExecutionTimeoutInSeconds: must be a number`,
    ],
    [
      'OutputS3BucketName, shortest',
      withScript({ OutputS3BucketName: 'abc' }),
      withScript({ OutputS3BucketName: 'ab' }),
      `${SCRIPT_PATH}.OutputS3BucketName: must have at least 3 characters`,
    ],
    [
      'OutputS3BucketName, longest',
      withScript({ OutputS3BucketName: 'b'.repeat(63) }),
      withScript({ OutputS3BucketName: 'b'.repeat(64) }),
      `${SCRIPT_PATH}.OutputS3BucketName: must have at most 63 characters, but has 64`,
    ],
    [
      'OutputS3KeyPrefix, longest',
      withScript({ OutputS3KeyPrefix: 'p'.repeat(500) }),
      withScript({ OutputS3KeyPrefix: 'p'.repeat(501) }),
      `${SCRIPT_PATH}.OutputS3KeyPrefix: must have at most 500 characters, but has 501`,
    ],
    [
      'BackupVaultName, shortest',
      withBackup({ BackupVaultName: 'ab' }),
      withBackup({ BackupVaultName: 'a' }),
      'BackupDetails.BackupVaultName: must be 2 to 50 letters, digits, hyphens or underscores',
    ],
    [
      'BackupVaultName, longest',
      withBackup({ BackupVaultName: 'v'.repeat(50) }),
      withBackup({ BackupVaultName: 'v'.repeat(51) }),
      'BackupDetails.BackupVaultName: must be 2 to 50 letters, digits, hyphens or underscores',
    ],
    [
      'IamRoleArn, form',
      withBackup({ IamRoleArn: 'arn:aws-us-gov:iam::111122223333:role/service-role/Backup' }),
      withBackup({ IamRoleArn: 'arn:aws:iam::111122223333:user/backup' }),
      'BackupDetails.IamRoleArn: must be the ARN of an IAM role',
    ],
    [
      'StartWindowMinutes, least',
      withBackup({ StartWindowMinutes: 60 }),
      withBackup({ StartWindowMinutes: 59 }),
      'BackupDetails.StartWindowMinutes: must be at least 60',
    ],
    [
      'StartWindowMinutes, most',
      withBackup({ StartWindowMinutes: 43_200 }),
      withBackup({ StartWindowMinutes: 43_201 }),
      'BackupDetails.StartWindowMinutes: must be at most 43200',
    ],
    [
      'CompleteWindowMinutes, after the start window',
      withBackup({ StartWindowMinutes: 90, CompleteWindowMinutes: 150 }),
      withBackup({ StartWindowMinutes: 90, CompleteWindowMinutes: 149 }),
      'BackupDetails.CompleteWindowMinutes: must be at least 60 more than StartWindowMinutes (480 if not given)',
    ],
    [
      'CompleteWindowMinutes, after the default start window',
      withBackup({ CompleteWindowMinutes: 540 }),
      withBackup({ CompleteWindowMinutes: 539 }),
      'BackupDetails.CompleteWindowMinutes: must be at least 60 more than StartWindowMinutes (480 if not given)',
    ],
    [
      'DeleteAfterDays',
      withBackup({ Lifecycle: { DeleteAfterDays: 1 } }),
      withBackup({ Lifecycle: { DeleteAfterDays: 0 } }),
      'BackupDetails.Lifecycle.DeleteAfterDays: must be at least 1',
    ],
    [
      'DeleteAfterDays, after cold storage',
      withBackup({ Lifecycle: { MoveToColdStorageAfterDays: 1, DeleteAfterDays: 91 } }),
      withBackup({ Lifecycle: { MoveToColdStorageAfterDays: 1, DeleteAfterDays: 90 } }),
      'BackupDetails.Lifecycle.DeleteAfterDays: must be at least 90 more than MoveToColdStorageAfterDays',
    ],
    [
      'a value of RecoveryPointTags, longest',
      withBackup({ RecoveryPointTags: { team: 'x'.repeat(256) } }),
      withBackup({ RecoveryPointTags: { team: 'x'.repeat(257) } }),
      'BackupDetails.RecoveryPointTags: the value of the tag "team" must have at most 256 characters',
    ],
    [
      'GroupBy',
      input({ GroupBy: 'tag:t' }),
      input({ GroupBy: 'tag:' }),
      'GroupBy: must be "all" or "tag:" and a tag key',
    ],
    [
      'MinimumTargets',
      input({ MinimumTargets: 1 }),
      input({ MinimumTargets: 0 }),
      'MinimumTargets: must be at least 1',
    ],
    [
      'MaxConcurrentGroups, least',
      input({ MaxConcurrentGroups: 1 }),
      input({ MaxConcurrentGroups: 0 }),
      'MaxConcurrentGroups: must be at least 1',
    ],
    [
      'MaxConcurrentGroups, most',
      input({ MaxConcurrentGroups: 1000 }),
      input({ MaxConcurrentGroups: 1001 }),
      'MaxConcurrentGroups: must be at most 1000',
    ],
  ])('has a limit for %s', (_what, inside, outside, problem) => {
    expect(parseInput(inside).problems).toEqual([]);
    expect(parseInput(outside).problems).toEqual([problem]);
  });

  it('fills in what is left out', () => {
    expect(parseInput(withScript({})).settings).toMatchObject({
      StartStopEC2Required: false,
      OnScriptFailure: 'Abort',
      ResumeAfter: 'BackupCompleted',
      MaxConcurrentGroups: 100,
      RemoteRunCommandDetails: {
        PreBackupScriptDetails: { TimeoutInSeconds: 600, ExecutionTimeoutInSeconds: 3600 },
      },
    });
  });

  it('takes an empty list of ids next to a tag for none', () => {
    const { settings, lookup } = parseInput(input({ TargetEC2Instances: [] }));

    expect(settings).toBeDefined();
    expect(lookup).toMatchObject({ instanceIds: [], tag: { key: 'backup-job', value: 'true' } });
  });

  it.each([null, 'text', 7, []])('refuses %j as a whole', (value) => {
    expect(parseInput(value).problems[0]).toBe('must be a JSON object');
  });

  it('understands as much as possible of an input that is not valid', () => {
    const { settings, lookup } = parseInput({
      TargetEC2Instances: [id(1), 'web-1', 7],
      StartStopEC2Required: true,
      RemoteRunCommandDetails: { PostBackupScriptDetails: { CommandToRun: 'post.sh' } },
      BackupDetails: { BackupVaultName: 'nightly', IamRoleArn: 'role' },
      Colour: 'red',
    });

    expect(settings).toBeUndefined();
    expect(lookup).toEqual({
      instanceIds: [id(1)],
      groupBy: undefined,
      isStopRequired: true,
      hasScripts: true,
      vaultName: 'nightly',
      roleArn: undefined,
    });
  });
});
