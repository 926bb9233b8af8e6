import { Account } from '../../../account';
import { isAllowed } from '../../../iam/authorize';
import { putRoles, roleArn } from './roles';

let account: Account;
afterEach(() => account.close());

const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders';
const FILE_SYSTEM = 'arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/fs-1';
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/one';
const VAULT = 'arn:aws:backup:eu-west-1:111122223333:backup-vault:nightly';

describe('A managed policy of AWS (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html)', () => {
  it.each([
    ['service-role/AWSBackupServiceRolePolicyForBackup', 'dynamodb:StartAwsBackupJob', TABLE, true],
    ['service-role/AWSBackupServiceRolePolicyForBackup', 'dynamodb:RestoreTableFromAwsBackup', TABLE, false],
    ['service-role/AWSBackupServiceRolePolicyForBackup', 'dynamodb:DeleteTable', TABLE, false],
    ['service-role/AWSBackupServiceRolePolicyForBackup', 'elasticfilesystem:Backup', FILE_SYSTEM, true],
    ['service-role/AWSBackupServiceRolePolicyForBackup', 'elasticfilesystem:Backup', TABLE, false],
    ['service-role/AWSBackupServiceRolePolicyForBackup', 'backup:CopyIntoBackupVault', VAULT, true],
    ['service-role/AWSBackupServiceRolePolicyForBackup', 'kms:Decrypt', KEY, false],
    ['service-role/AWSBackupServiceRolePolicyForRestores', 'dynamodb:RestoreTableFromAwsBackup', TABLE, true],
    ['service-role/AWSBackupServiceRolePolicyForRestores', 'dynamodb:StartAwsBackupJob', TABLE, false],
    ['service-role/AWSBackupServiceRolePolicyForRestores', 'elasticfilesystem:Restore', FILE_SYSTEM, true],
    ['service-role/AWSBackupServiceRolePolicyForRestores', 'elasticfilesystem:Backup', FILE_SYSTEM, false],
    ['service-role/AWSLambdaBasicExecutionRole', 'logs:PutLogEvents', '*', true],
    ['service-role/AWSLambdaBasicExecutionRole', 'logs:FilterLogEvents', '*', false],
    ['service-role/AWSLambdaVPCAccessExecutionRole', 'ec2:DescribeSubnets', '*', true],
    ['service-role/AWSLambdaVPCAccessExecutionRole', 'ec2:DescribeInstances', '*', false],
    ['AWSXRayDaemonWriteAccess', 'xray:PutTraceSegments', '*', true],
    ['AWSXRayDaemonWriteAccess', 'xray:GetTraceSummaries', '*', false],
    ['AmazonSSMManagedInstanceCore', 'ssm:UpdateInstanceInformation', '*', true],
    ['AmazonSSMManagedInstanceCore', 'ssm:SendCommand', '*', false],
  ])('%s: %s on %s: %s', (name, action, resource, isGranted) => {
    account = new Account();
    putRoles(account, { worker: { attached: [`arn:aws:iam::aws:policy/${name}`] } });
    const caller = { principalArn: roleArn(account, 'worker'), accountId: account.id };

    expect(isAllowed(account, caller, { action, resource })).toBe(isGranted);
  });
});
