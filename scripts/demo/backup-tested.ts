import { defaultWorld, exampleInput } from '../../scenarios/simulation';
import { type Scene, unmet } from './scene';

const WORKFLOW = 'restore-test';

/** The backup restores, and lacks an index: only a look at what was restored finds that. */
export const backupTested: Scene = {
  workflow: WORKFLOW,
  announcement:
    "A table's newest backup is restored for a test. AWS Backup calls the restore COMPLETED, but an index is missing: the test says so, and removes what was restored.",
  world: {
    ...defaultWorld(WORKFLOW),
    restoreJobs: [{ Resource: '*', State: 'COMPLETED', LosesIndexes: ['ByRegion'] }],
  },
  input: exampleInput(WORKFLOW),
  check(result) {
    const tables = (result.world.tables ?? []).map(({ TableName }) => TableName);
    return unmet({
      'The test did not fail.': result.status === 'FAILED',
      'The missing index is not named.': (result.cause ?? '').includes('ByRegion is missing'),
      'What was restored is still there.': !tables.some((name) => name.startsWith('awsbackup-restore-test')),
    });
  },
};
