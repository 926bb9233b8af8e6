import {
  inputOf,
  items,
  open,
  overwritten,
  product,
  report,
  run,
  WORKFLOW,
  worldOf,
} from '../../../scenarios/item-restore/items';

const AT = (second: number) => new Date(Date.parse('2026-11-20T02:14:00Z') + second * 1000).toISOString();
const pasts = [
  overwritten('within'),
  // The clocks of two regions differ: these are half a minute outside of the window that was asked for.
  overwritten('early', AT(-30)),
  overwritten('late', AT(90)),
  overwritten('outside', AT(-61)),
];
const fresh = worldOf([overwritten('late', '2026-11-20T21:59:00Z')], {}, { ReplicaRegions: ['us-east-1'] });
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

  it('is restored right after the window, which is waited for, and refused with a window that ends before it begins', async () => {
    const simulation = await open({ pasts: [overwritten('late', '2026-11-20T21:59:00Z')], world: fresh });
    try {
      const window = { From: '2026-11-20T21:58:00Z', To: '2026-11-20T21:59:50Z', AcceptReplicas: true };
      const execution = simulation.start(WORKFLOW, inputOf(window));
      await simulation.finish(execution);
      expect(report(execution)).toMatchObject({ To: '2026-11-20T22:00:50Z', Restored: 1 });

      const inverted = simulation.start(WORKFLOW, inputOf({ ...window, From: '2026-11-20T22:00:20Z' }), 'inverted');
      await simulation.finish(inverted);
      expect(inverted.cause).toContain('To: must be later than From');
    } finally {
      simulation.close();
    }
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
