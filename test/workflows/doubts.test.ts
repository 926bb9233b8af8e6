import { beforeClose } from '../../scenarios/before-close';
import { ALL_KINDS } from '../../scenarios/random-runs/kinds/all';
import { brokenIn, type Choices } from '../../scenarios/random-runs/situation';
import type { Simulation } from '../../scenarios/simulation';
import type { Behaviour, DoubtName, PinnedDoubts } from '../../simulator/doubts';
import { DOUBTS } from '../../simulator/doubts/list';

/** A kind of run that meets the doubt while nothing goes wrong. */
type Meeting = [workflow: string, kind: string, choices?: Choices];

const SWAP: Meeting = ['dynamodb-swap-restore', 'of a point in time'];
const RESTORE: Meeting = ['efs-copy-restore', 'a restore'];
const SCHEDULED_TEST: Meeting = ['restore-test', 'a table, on schedule'];
const ITEM_RESTORE: Meeting = ['dynamodb-item-restore', 'a window of bad writes', { hasMore: true }];
const MEETINGS: { [Name in DoubtName]?: Meeting } = {
  'autoScaling.overLifecycleAction': ['efs-to-efs', 'a backup'],
  'backup.createdResourceArn': ['efs-copy-restore', 'a restore that fails'],
  'backup.efsRestoreMetadata': RESTORE,
  'backup.rightsOfCopies': RESTORE,
  'backup.snapshotTag': ['pre-post-backup', 'a small fleet', { ResumeAfter: 'SnapshotStarted' }],
  'backup.sourceAccount': ['efs-backup', 'a backup'],
  'backup.tagsOfTest': SCHEDULED_TEST,
  'backup.testDeletion': SCHEDULED_TEST,
  'dynamodb.burstCapacity': ['dynamodb-swap-restore', 'of a backup, of a table with every setting'],
  'dynamodb.exportChecksumFiles': ITEM_RESTORE,
  'dynamodb.exportOfInsertAndDelete': ITEM_RESTORE,
  'dynamodb.exportOfUnchangedItem': ITEM_RESTORE,
  'dynamodb.onDemandBackup': SWAP,
  'dynamodb.restoreOverExisting': SWAP,
  'dynamodb.systemBackup': SWAP,
  'ec2.resourceTokens': ['pre-post-backup', 'a small fleet'],
  'efs.accessPointRate': RESTORE,
  'efs.automaticBackupsTag': RESTORE,
  'efs.metering': ['restore-test', 'another file system, on demand'],
  'efs.serviceLinkedRole': RESTORE,
  'stepFunctions.rightsOfDistributedMap': ['pre-post-backup', 'a small fleet'],
  'ssm.agentAfterProfile': ['restore-test', 'an instance, on schedule'],
  'ssm.incompleteCommand': ['pre-post-backup', 'a small fleet', { GroupBy: 'all', preScript: 'Failed' }],
};
const CASES = Object.entries(MEETINGS).flatMap(([name, meeting]) =>
  Object.keys(DOUBTS[name as DoubtName].behaviours).map((behaviour) => [name, behaviour, meeting] as const),
);

/** What the accounts of the runs have met. */
let met: PinnedDoubts = {};
const note = ({ account }: Simulation) => {
  met = { ...met, ...account.doubts.met };
};
beforeAll(() => beforeClose.add(note));
afterAll(() => beforeClose.delete(note));

describe('Every promise holds, and the run comes past the doubt, when', () => {
  it.each(CASES)('%s is %s', async (name, behaviour, [workflow, kind, choices = {}]) => {
    // Prepare
    const doubts = { [name]: behaviour as Behaviour<DoubtName> };
    met = {};

    // Act
    const broken = await brokenIn({ workflow, kind, seed: 1, choices, faults: [], doubts }, ALL_KINDS);

    // Assess
    expect(broken).toEqual([]);
    expect(met).toMatchObject(doubts);
  });
});
