import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { DEFECTS, withDefect } from '../../scenarios/random-runs/defects';
import { FOUND } from '../../scenarios/random-runs/found';
import { ALL_KINDS } from '../../scenarios/random-runs/kinds/all';
import { promiseOf } from '../../scenarios/random-runs/promises';
import { shrink } from '../../scenarios/random-runs/shrink';
import { brokenIn, drawSituation, type Situation } from '../../scenarios/random-runs/situation';

/** A sample; `npm run random-runs` is the whole search, and `-- --defect all` the search for each planted mistake. */
jest.setTimeout(300_000);

const WORKFLOWS = [...new Set(ALL_KINDS.map(({ workflow }) => workflow))];

describe('A random run', () => {
  it('keeps every promise, in each workflow', async () => {
    // Prepare
    const seeds = WORKFLOWS.map((_, index) => 1 + index);
    const situations: Situation[] = [];
    for (const seed of seeds) situations.push(await drawSituation(seed, ALL_KINDS));

    // Act
    const broken: string[] = [];
    for (const situation of situations) broken.push(...(await brokenIn(situation, ALL_KINDS)));

    // Assess
    expect(new Set(situations.map(({ workflow }) => workflow)).size).toBe(WORKFLOWS.length);
    expect(broken).toEqual([]);
  });

  it.each(FOUND)('no longer finds that $was', async ({ situation }) => {
    expect(await brokenIn(situation, ALL_KINDS)).toEqual([]);
  });

  it('is the same for the same seed', async () => {
    expect(await drawSituation(11, ALL_KINDS)).toEqual(await drawSituation(11, ALL_KINDS));
    expect(await drawSituation(19, ALL_KINDS)).not.toEqual(await drawSituation(11, ALL_KINDS));
  });

  it('is made smaller to what still breaks the promise', async () => {
    // Prepare
    const [bad, harmless] = [
      { call: 'ec2:StopInstances', fault: 'crashAfter', times: 5 } as const,
      { call: 'ec2:StartInstances', fault: 'throttle' } as const,
    ];
    const situation: Situation = {
      ...{ workflow: 'pre-post-backup', kind: 'a small fleet', seed: 1, choices: { GroupBy: 'all', job: 'FAILED' } },
      faults: [harmless, bad, harmless],
      doubts: {
        'ec2.resourceTokens': 'perRequest',
        'backup.snapshotTag': 'arn',
        'backup.missingVault': 'AccessDenied',
      },
      stop: { state: 'Stop Instances', afterSeconds: 1 },
    };

    // Act
    const smallest = await shrink(
      situation,
      async ({ faults, doubts, choices }) =>
        faults.some(({ fault }) => fault === 'crashAfter') &&
        doubts['backup.snapshotTag'] === 'arn' &&
        choices.job === 'FAILED',
    );

    // Assess
    expect(smallest).toEqual({
      ...{ workflow: 'pre-post-backup', kind: 'a small fleet', seed: 1, choices: { job: 'FAILED' } },
      faults: [{ ...bad, times: 1 }],
      doubts: { 'backup.snapshotTag': 'arn' },
    });
  });
});

describe('A planted mistake', () => {
  it.each(DEFECTS.map((defect) => [defect.promise, defect] as const))(
    'against %s is in the code',
    (_promise, defect) => {
      const source = readFileSync(join(__dirname, '../..', defect.file), 'utf8');
      const { code } = transformSync(source, { loader: 'ts', target: 'node22' });
      expect(code.split(defect.code)).toHaveLength(2);
    },
  );

  it('is found, and is gone afterwards', async () => {
    // Prepare
    const defect = DEFECTS.find(({ promise }) => promise === 'later-writes-stay');
    if (!defect) throw new Error('Nothing is planted against later-writes-stay.');
    const situation = { workflow: 'dynamodb-item-restore', kind: 'a window of bad writes', seed: 1 };
    const quiet = { choices: {}, faults: [], doubts: {} };

    // Act
    const broken = await withDefect(defect, () => brokenIn({ ...situation, ...quiet }, ALL_KINDS));
    const mended = await brokenIn({ ...situation, ...quiet }, ALL_KINDS);

    // Assess
    expect(broken.map(promiseOf)).toContain('later-writes-stay');
    expect(mended).toEqual([]);
  });
});
