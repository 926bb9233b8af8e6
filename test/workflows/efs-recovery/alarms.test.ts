import { close, open, world } from '../../../scenarios/efs-recovery/recovery';

afterEach(close);

const WATCHED = { MonitoredFileSystemId: 'fs-0123456789abcdef0', MonitoredMountLogGroupName: '/aws/efs/utils' };

/** The alarms of the stack, as its template declares them, by their logical ids. */
async function alarms(parameters: Record<string, string> = {}) {
  const { stack } = await open('efs-backup', { world: world('efs-backup', { parameters }) });
  const found = [...stack.resources].filter(([, { type }]) => type === 'AWS::CloudWatch::Alarm');
  return Object.fromEntries(found.map(([id, { properties }]) => [id, properties]));
}

it('every bad end of a job in the watched vault raises an alarm (S2-F14)', async () => {
  const found = Object.values(await alarms({ MonitoredBackupVaultName: 'nightly' })).filter(
    ({ Namespace }) => Namespace === 'AWS/Backup',
  );
  expect(found.map(({ MetricName }) => MetricName)).toEqual([
    'NumberOfBackupJobsAborted',
    'NumberOfBackupJobsExpired',
    'NumberOfBackupJobsFailed',
    'NumberOfCopyJobsFailed',
    'NumberOfRestoreJobsFailed',
  ]);
  for (const { Dimensions } of found) expect(Dimensions).toEqual([{ Name: 'BackupVaultName', Value: 'nightly' }]);
});

it('a file system and mounts that are watched raise alarms, and others none (S2-F15)', async () => {
  const wanted = ['FileSystemIoLimitAlarm', 'FileSystemClientConnectionsAlarm', 'MountFailuresAlarm'];
  expect(Object.keys(await alarms(WATCHED))).toEqual(expect.arrayContaining(wanted));
  close();
  expect(Object.keys(await alarms()).filter((id) => wanted.includes(id))).toEqual([]);
});
