import { requireEnv } from '../shared/config';
import { task } from '../shared/task';
import { backupJob } from '../shared/waits/kinds/backup-job';
import { startWait } from '../shared/waits/waits';
import { waitId } from './groups';
import { readRecords } from './records';
import { backupDeadlineSeconds, type GroupTaskInput, ofRun } from './settings';

const REGION = requireEnv('AWS_REGION');

/** Waits until the backup jobs end, after their snapshots began and the instances were started. Safe to repeat. */
export const handler = task(async ({ runId, group: index, taskToken }: GroupTaskInput): Promise<void> => {
  const { run, group } = await readRecords(runId, index);
  const { settings, hasManyGroups, partition } = ofRun(run, { runId, group: index });
  await startWait(backupJob, {
    id: waitId(group, 'backupEnd'),
    region: REGION,
    resources: Object.values(group.jobs ?? {}),
    deadlineSeconds: backupDeadlineSeconds(settings),
    taskToken,
    partition,
    isOfMany: hasManyGroups,
    read: { earlier: group.waits.backupEnd },
  });
});
