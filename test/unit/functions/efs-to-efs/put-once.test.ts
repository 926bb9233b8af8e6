import { PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';

const SETTINGS = [
  ...['GROUP_NAME', 'LIFECYCLE_HOOK_NAME', 'DOCUMENT_NAME', 'LOG_BUCKET', 'STOP_RULE_PREFIX', 'SCHEDULE_STATE'],
  ...['MAXIMUM_AGE_HOURS', 'SOURCE_FILE_SYSTEM_ID', 'SOURCE_PATH', 'DESTINATION_FILE_SYSTEM_ID', 'FOLDER_LABEL'],
  ...['BACKUP_INTERVAL', 'RETAIN', 'WINDOW_MINUTES', 'VERIFY_SAMPLE_FILES'],
];
const s3 = mockClient(S3Client);
const refused = (name: string) => new S3ServiceException({ name, $fault: 'client', $metadata: {} });

/** Puts an object while time passes as fast as it can. */
async function put(): Promise<unknown> {
  for (const name of SETTINGS) process.env[name] ??= '1';
  process.env.AWS_REGION ??= 'eu-west-1';
  const { putOnce } = await import('../../../../functions/efs-to-efs/put-once');
  const outcome = putOnce('worker/1.pyz', Buffer.from('worker')).then(
    () => 'there',
    ({ name }: Error) => name,
  );
  await jest.advanceTimersByTimeAsync(60_000);
  return outcome;
}

describe('An object that is put once', () => {
  beforeEach(() => {
    s3.reset();
    jest.useFakeTimers();
  });
  afterEach(() => jest.useRealTimers());

  it('is there when another one put it', async () => {
    s3.on(PutObjectCommand).rejects(refused('PreconditionFailed'));

    expect(await put()).toBe('there');
    expect(s3.calls()).toHaveLength(1);
  });

  it('is put again after a conflict with another upload, which may have failed', async () => {
    s3.on(PutObjectCommand)
      .rejectsOnce(refused('ConditionalRequestConflict'))
      .rejectsOnce(refused('ConditionalRequestConflict'))
      .resolves({});

    expect(await put()).toBe('there');
    expect(s3.calls()).toHaveLength(3);
  });

  it('is given up after four conflicts, and at once after any other refusal', async () => {
    s3.on(PutObjectCommand).rejects(refused('ConditionalRequestConflict'));
    expect([await put(), s3.calls().length]).toEqual(['ConditionalRequestConflict', 4]);

    s3.reset();
    s3.on(PutObjectCommand).rejects(refused('AccessDenied'));
    expect([await put(), s3.calls().length]).toEqual(['AccessDenied', 1]);
  });
});
