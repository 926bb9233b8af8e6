import { inputOf, items, overwritten, product, run, worldOf } from '../../../scenarios/item-restore/items';
import type { Execution } from '../../../simulator/asl/execution';

const report = (execution: Execution) => JSON.parse(execution.output ?? '{}');
const AT = (second: number) => new Date(Date.parse('2026-11-20T02:14:00Z') + second * 1000).toISOString();
const pasts = [
  overwritten('within'),
  // The clocks of two regions differ: these are half a minute outside of the window that was asked for.
  overwritten('early', AT(-30)),
  overwritten('late', AT(90)),
  overwritten('outside', AT(-61)),
];
const world = worldOf(pasts, {}, { ReplicaRegions: ['us-east-1'] });

describe('A global table', () => {
  it('is restored with consent: the window is a minute wider at both ends, and verification waits a minute', async () => {
    await run({ world, input: inputOf({ AcceptReplicas: true }) }, (simulation, execution) => {
      expect(execution.status).toBe('SUCCEEDED');
      expect(report(execution)).toMatchObject({
        From: '2026-11-20T02:13:00Z',
        To: '2026-11-20T02:16:00Z',
        Restored: 3,
      });
      expect(items(simulation)).toMatchObject({
        early: product('early'),
        late: product('late'),
        outside: product('outside', { Price: 0, Batch: 'x' }),
      });

      const timeOf = (call: string, by: string, at: 0 | -1) =>
        Date.parse(
          simulation.account.endpoint.calls.filter((one) => one.call === call && one.principalArn.includes(by)).at(at)
            ?.time ?? '',
        );
      const written = timeOf('dynamodb:UpdateItem', 'WriteItems', -1);
      const verified = timeOf('dynamodb:BatchGetItem', 'SettleItems', 0);
      expect((verified - written) / 1000).toBeGreaterThanOrEqual(60);

      const said = /A global table: .*this region only.*widened by a minute.*verification waits for a minute/;
      const [request] = simulation.region.sns.published;
      expect(request?.message).toMatch(said);
      expect(report(execution).Plan).toEqual(expect.arrayContaining([expect.stringMatching(said)]));
    });
  });

  it('is refused without consent, and with strong consistency also with it', async () => {
    const strong = worldOf(pasts, {}, { ReplicaRegions: ['us-east-1'], MultiRegionConsistency: 'STRONG' });
    for (const [refused, AcceptReplicas, problem] of [
      [world, false, 'AcceptReplicas: Products is a global table'],
      [strong, true, 'Products is a global table with strong consistency, which is not supported'],
    ] as const)
      await run({ world: refused, input: inputOf({ AcceptReplicas }) }, (simulation, execution) => {
        expect(execution.error).toBe('InvalidInputError');
        expect(execution.cause).toContain(problem);
        expect(simulation.account.endpoint.callCounts()['dynamodb:ExportTableToPointInTime']).toBeUndefined();
      });
  });
});
