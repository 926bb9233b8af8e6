import {
  brokenPromises,
  COPY_TIMES,
  Night,
  OTHER,
  type RunRecord,
  SOURCE,
  worldWithCopies,
} from '../../../scenarios/efs-to-efs/night';
import { exampleInput } from '../../../scenarios/simulation';

let night: Night;

beforeEach(async () => {
  night = await Night.open(worldWithCopies());
});

afterEach(() => {
  const broken = brokenPromises(night);
  night.close();
  expect(broken).toEqual([]);
});

const restore = (input: object = {}): Promise<RunRecord> => night.run({ mode: 'restore', ...input });

const directoriesOf = (id: string) =>
  night.region.efs.snapshot().fileSystems.find(({ FileSystemId }) => FileSystemId === id)?.Directories ?? [];

const problemsOf = async (input: object) => {
  const answer = await night.invoke({ mode: 'restore', ...input });
  await night.settle();
  return answer;
};

describe('A restore', () => {
  it('puts the newest copy into a new directory of the source, and says where (S3-F17)', async () => {
    const run = await restore();
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { action: 'restore', toFileSystemId: SOURCE } });
    expect(run.report).toMatchObject({ copiedAt: COPY_TIMES[0] });
    expect(directoriesOf(SOURCE)).toEqual([expect.stringMatching(/^restored-/)]);
    expect(run.report?.restoredTo).toBe(`/${directoriesOf(SOURCE)[0]}`);
  });

  it.each([
    ['an interval and an index', { interval: 'daily', index: 2 }, COPY_TIMES[2]],
    ['a time, not by an index that moves (S3-D31)', { at: '2026-11-19T12:00:00Z' }, COPY_TIMES[1]],
    ['being the newest of its interval', { newest: true, interval: 'daily' }, COPY_TIMES[0]],
  ])('chooses the copy by %s', async (_how, copy, chosen) => {
    const run = await restore({ copy });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { copiedAt: chosen } });
  });

  it('goes to another file system, and of one directory only, if the input says so (S3-F18, S3-F19)', async () => {
    const run = await restore({ subPath: '/a/b', target: { fileSystemId: OTHER, path: '/from-backup' } });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { toFileSystemId: OTHER, toPath: '/from-backup' } });
    expect(directoriesOf(SOURCE)).toEqual([]);
    expect(night.requests[0]?.request).toMatchObject({
      subPath: '/a/b',
      target: { fileSystemId: OTHER, path: '/from-backup' },
      mode: 'newDirectory',
      deleteExtra: false,
    });
  });

  it('tells the operator what it has restored, when, and how long each part took (S3-F20)', async () => {
    night.close();
    night = await Night.open(worldWithCopies({ parameters: { NotifyOnSuccess: 'Yes' } }));
    const run = await restore();
    const [{ message = '' } = {}, ...others] = night.notifications;
    expect(others).toEqual([]);
    expect(message).toContain(`restoredTo: ${run.report?.restoredTo}`);
    for (const name of ['startedAt', 'finishedAt'])
      expect(message).toContain(new Date(Number(run[name]) * 1000).toISOString().slice(0, 19));
    expect(message).toContain(`phases: ${JSON.stringify(run.report?.phases)}`);
  });

  it('accepts the example', async () => {
    const run = await night.run(exampleInput('efs-to-efs-restore') as object);
    expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
  });

  it('of a copy that does not exist fails and says so (S3-D03)', async () => {
    const run = await restore({ copy: { interval: 'daily', index: 9 } });
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'CopyNotFound' });
    expect(directoriesOf(SOURCE)).toEqual([]);
  });

  it('whose target cannot be mounted is refused before anything is started (S3-D04)', async () => {
    const missing = 'fs-0ccccccccccccccc1';
    const answer = await problemsOf({ target: { fileSystemId: missing } });
    expect(answer).toMatchObject({ error: 'InvalidInputError' });
    expect(answer.message).toContain(`${missing}: there is no such file system`);
    expect(night.group.activities).toEqual([]);
  });

  it('whose instance dies is no silent end (S3-D32)', async () => {
    night.close();
    night = await Night.open(worldWithCopies({ launches: [{ FailsAfterSeconds: 200 }] }));
    const run = await restore();
    expect(run).toMatchObject({ outcome: 'FAILED', error: 'InstanceLost' });
    expect(night.notifications).toHaveLength(1);
  });
});

describe('A restore in place', () => {
  const inPlace = { subPath: '/a', into: 'inPlace' };

  it('overwrites what its preview showed, after consent (S3-D02)', async () => {
    const preview = await night.run({ mode: 'restore', action: 'preview', ...inPlace });
    expect(preview).toMatchObject({ outcome: 'SUCCEEDED', report: { overwrites: 3, deletes: 0, creates: 5 } });
    expect(directoriesOf(SOURCE)).toEqual([]);
    const run = await restore({ ...inPlace, previewId: preview.runId, consent: 'overwrite' });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED', report: { safetyCopy: expect.any(String), restoredTo: '/' } });
    expect(night.requests.at(-1)?.request).toMatchObject({ mode: 'inPlace', previewDigest: expect.any(String) });
  });

  it.each([
    ['without consent', {}, 'consent: a restore in place needs "overwrite"'],
    ['without a preview', { consent: 'overwrite' }, 'previewId: a restore in place needs the id of a preview'],
    ['with consent to less', { deleteExtra: true, consent: 'overwrite', previewId: 'x' }, '"overwriteAndDelete"'],
    ['with a preview that does not exist', { consent: 'overwrite', previewId: 'x' }, 'there is no preview x'],
  ])('%s is refused before anything is started', async (_what, input, problem) => {
    const answer = await problemsOf({ ...inPlace, ...input });
    expect(answer).toMatchObject({ error: 'InvalidInputError', message: expect.stringContaining(problem) });
    expect(night.group.activities).toEqual([]);
    expect(night.notifications).toHaveLength(1);
  });

  it('with a preview that failed is refused, also when the worker had listed what it would do', async () => {
    const preview = await night.run({ mode: 'restore', action: 'preview', ...inPlace });
    const say = (outcome: string) =>
      night.region.dynamodb.UpdateItem({
        TableName: night.simulation.stack.resource('RunsTable').physicalId,
        Key: { runId: { S: preview.runId }, item: { S: 'run' } },
        UpdateExpression: 'SET outcome = :outcome',
        ExpressionAttributeValues: { ':outcome': { S: outcome } },
      });
    say('FAILED');
    const answer = await problemsOf({ ...inPlace, previewId: preview.runId, consent: 'overwrite' });
    say('SUCCEEDED');
    expect(answer.message).toContain('has not succeeded');
    expect(directoriesOf(SOURCE)).toEqual([]);
  });

  it('with the preview of another restore is refused (S3-D01)', async () => {
    const preview = await night.run({ mode: 'restore', action: 'preview', subPath: '/b' });
    const answer = await problemsOf({ ...inPlace, previewId: preview.runId, consent: 'overwrite' });
    expect(answer.message).toContain('is the preview of a restore with other subPath');
  });
});

describe('A bad restore', () => {
  it('is refused with everything that is wrong in it', async () => {
    const answer = await problemsOf({
      copy: { interval: 'daily', index: -1 },
      subPath: '../etc',
      targets: {},
      into: 'newDirectory',
    });
    const lines = String(answer.message);
    expect(lines).toContain('copy.index: must be at least 0');
    expect(lines).toContain('subPath: must begin with /');
    expect(lines).toContain('targets is not a key of the input; did you mean target?');
    expect(night.group.activities).toEqual([]);
  });
});
