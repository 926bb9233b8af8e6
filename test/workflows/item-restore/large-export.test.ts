import { inputOf, items, keysIn, open, product, WORKFLOW } from '../../../scenarios/item-restore/items';

const COUNT = 44;
/** Two images of 390 KB each make more than 32 MB, which is a part. */
const pasts = Array.from({ length: COUNT }, (_, index) => {
  const sku = `p${index}`;
  const was = product(sku, { Text: 'x'.repeat(390_000) });
  return {
    sku,
    was: [['2026-11-20T02:14:30Z', was]] as [string, typeof was][],
    is: { ...was, Text: 'y'.repeat(390_000) },
  };
});

describe('A data file that one invocation does not get through', () => {
  it('is read on in the next one, from where the first stopped', async () => {
    // What was written takes so long that no time is left for the second part of the file.
    const faults = [
      { call: 's3:PutObject', by: 'RouteRecordsFunction', fault: 'slow' as const, nth: 2, delaySeconds: 790 },
    ];
    const simulation = await open({ pasts, faults });
    try {
      simulation.region.dynamodb.exports.partitions = 1;
      const execution = simulation.start(WORKFLOW, inputOf({ To: '2026-11-20T02:30:00Z' }));
      await simulation.finish(execution);
      expect(JSON.parse(execution.output ?? '{}')).toMatchObject({ Restored: COUNT });
      expect(items(simulation).p7).toEqual(product('p7', { Text: 'x'.repeat(390_000) }));

      // The file has several parts, and another invocation wrote those after the first.
      expect(keysIn(simulation, /^work\/.*\/records\/00000-\d+\.jsonl$/).length).toBeGreaterThan(1);
      const reads = simulation.account.endpoint.calls.filter(
        ({ call, resource, principalArn }) =>
          call === 's3:GetObject' && principalArn.includes('RouteRecords') && resource.endsWith('.json.gz'),
      );
      expect(reads).toHaveLength(2);
      const [first = '', second = ''] = reads.map(({ time }) => time);
      expect((Date.parse(second) - Date.parse(first)) / 1000).toBeGreaterThan(780);
    } finally {
      simulation.close();
    }
  }, 300_000);
});
