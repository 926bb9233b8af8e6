import { benchBundles } from './bundles';
import { callsOfFleet } from './calls';
import { benchDowntime } from './downtime';
import { efsToEfsCosts } from './efs-to-efs-costs';
import { benchFleet } from './fleet';
import { benchItemRestore } from './item-restore';
import { asMarkdown, asText, type Table } from './table';
import { benchWaits } from './waits';

/** The cells of one row, by column. */
function rowOf(table: Table | undefined, index: number): Record<string, string | number | undefined> {
  const cells = table?.rows.at(index) ?? [];
  return Object.fromEntries(table?.columns.map((column, place) => [column, cells[place]]) ?? []);
}

describe('The bench', () => {
  it('shows that waiting for a token takes fewer transitions than polling', async () => {
    // Act
    const [waits] = await benchWaits({ hours: [0.1], fileSystemHours: 0.1 });
    // Assess
    const suite = rowOf(waits, 0);
    const polling = rowOf(waits, 1);
    expect(suite.ended).toMatch(/^SUCCEEDED/);
    expect(polling.ended).toMatch(/^SUCCEEDED/);
    expect(Number(suite.transitions)).toBeLessThan(Number(polling.transitions));
    expect(Number(suite['history events'])).toBeLessThan(Number(polling['history events']));
  });

  it('makes a quarter of the calls for one instance that it made with a reconciler that slept, and costs a sixth', async () => {
    // Act
    const { ended, total, dollars, throttled, of, invocations } = await callsOfFleet(1);
    // Assess: these are counts, the same on every machine.
    expect([ended, throttled]).toEqual(['SUCCEEDED', 0]);
    expect(total).toBeLessThanOrEqual(178);
    expect(dollars).toBeLessThanOrEqual(0.0009);
    expect(of['sqs:SendMessageBatch']).toBeLessThanOrEqual(12);
    expect(of['dynamodb:Query']).toBeLessThanOrEqual(28);
    expect(of['backup:DescribeBackupJob']).toBeLessThanOrEqual(44);
    expect(of['states:SendTaskHeartbeat']).toBeLessThanOrEqual(5);
    expect(invocations.ReconcileWaitsFunction).toBeLessThanOrEqual(56);
  });

  it('makes a quarter of the calls an instance for a fleet, whose groups share looks and requests, and meets no throttle', async () => {
    // Act
    const { ended, total, throttled, of, invocations } = await callsOfFleet(50);
    // Assess
    expect([ended, throttled]).toEqual(['SUCCEEDED', 0]);
    expect(total / 50).toBeLessThanOrEqual(66);
    expect(of['states:SendTaskHeartbeat']).toBeLessThanOrEqual(8 * 50);
    expect(of['dynamodb:GetItem']).toBeLessThanOrEqual(9 * 50);
    expect(of['dynamodb:UpdateItem']).toBeLessThanOrEqual(22 * 50);
    expect(of['ec2:StopInstances']).toBeLessThanOrEqual(5);
    expect(of['ec2:StartInstances']).toBeLessThanOrEqual(25);
    // One of the job's start, one of its event, one of its end, and few besides.
    expect(of['backup:DescribeBackupJob']).toBeLessThanOrEqual(3.2 * 50);
    expect(invocations.StopInstancesFunction).toBe(50);
  });

  it('runs a fleet of every size to its end', async () => {
    // Act
    const [fleets] = await benchFleet({ sizes: [1, 3], concurrency: 2, backupMinutes: 2 });
    // Assess
    expect(fleets?.rows.map(([instances, ended]) => [instances, ended])).toEqual([
      [1, 'SUCCEEDED'],
      [3, 'SUCCEEDED'],
    ]);
    const { 'virtual duration (min)': duration, 'lower bound (min)': bound } = rowOf(fleets, 1);
    expect(Number(duration)).toBeGreaterThan(Number(bound));
  });

  it('shows that instances are down for a shorter time when they resume after their snapshots have begun', async () => {
    // Act
    const [downtime] = await benchDowntime({ sizes: [1], backupMinutes: 5 });
    // Assess
    const completed = rowOf(downtime, 0);
    const started = rowOf(downtime, 1);
    expect(Number(started['mean (s)'])).toBeLessThan(Number(completed['mean (s)']));
    expect(Number(started['AWS needs (s)'])).toBeLessThanOrEqual(Number(started['mean (s)']));
  });

  it('reckons a night of EFS-to-EFS: the instance by the hour, each further copy by what changed', async () => {
    // Act
    const { rows, columns } = await efsToEfsCosts();
    // Assess: 200 GB and six times 3 GB; an hour and a half of work, and the time to come and go.
    const [, , night = '', month = ''] = columns;
    const of = (what: RegExp) => rows.find(([name]) => what.test(String(name))) ?? [];
    expect(of(/copies on the destination/)).toEqual(['7 copies on the destination', '218 GB', '', '65.40']);
    const [, hours, onDemand] = of(/on demand/);
    expect(Number.parseFloat(String(hours))).toBeGreaterThanOrEqual(1.5);
    expect(Number(onDemand)).toBeCloseTo(Number.parseFloat(String(hours)) * 0.145, 1);
    expect(Number(of(/Spot/)[2])).toBeLessThan(Number(onDemand));
    expect([night, month]).toEqual(['dollars a night', 'dollars a month, 30 nights']);
  });

  it('restores items with a write and two reads for each, few transitions, and costs that a large table does not raise', async () => {
    // Act
    const [runs, ways] = await benchItemRestore({ sizes: [1, 1000] });
    // Assess: these are counts, the same on every machine.
    expect(runs?.rows.map(([changed, writes, reads]) => [changed, writes, reads])).toEqual([
      [1, '1.000', '200.00'],
      [1000, '1.000', '2.00'],
    ]);
    for (const row of [rowOf(runs, 0), rowOf(runs, 1)]) {
      expect(Number(row['transitions, with children'])).toBeLessThanOrEqual(Number(row['may be']));
      expect(Number(row['answer to end, s'])).toBeLessThan(60);
    }
    const [small, large] = [rowOf(ways, 0), rowOf(ways, 2)];
    expect(large['dollars, exports']).toBe(small['dollars, exports']);
    expect(Number(large['read units, restore and scans'])).toBeGreaterThan(1e8);
    expect(ways?.notes?.[0]).toContain('the scans found 1000 items that differ');
  });

  it("shows the size and the load time of a function's bundle", async () => {
    // Act
    const [bundles] = await benchBundles({ only: /^CloseRunFunction$/, loads: 1 });
    // Assess
    expect(bundles?.rows.map(([name]) => name)).toEqual(['(empty handler)', 'CloseRunFunction']);
    expect(Number(rowOf(bundles, 1).KiB)).toBeGreaterThan(Number(rowOf(bundles, 0).KiB));
  });

  it('prints tables as text and as Markdown', () => {
    // Prepare
    const table = { title: 'T', columns: ['job', 'events'], rows: [['1 h', 1234.5]], notes: ['A note.'] };
    // Act
    const text = asText(table);
    const markdown = asMarkdown(table);
    // Assess
    expect(text).toBe('T\n\njob  events\n1 h   1,235\n  A note.\n');
    expect(markdown).toBe('## T\n\n| job | events |\n| --- | ---: |\n| 1 h | 1,235 |\n\nA note.\n');
  });
});
