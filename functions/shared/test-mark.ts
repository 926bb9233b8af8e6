/**
 * How AWS Backup knows what restore testing has made: by this tag, or by a name that begins with it. Nothing that selects
 * by tag in this suite takes what has it. https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
 */
export const TEST_MARK = 'awsbackup-restore-test';
