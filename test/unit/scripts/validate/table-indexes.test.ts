import { tableIndexes } from '../../../../scripts/validate/table-indexes';
import { findingsInTemplate } from './bad-examples';

const table = (DependsOn?: string) => ({
  Type: 'AWS::DynamoDB::Table',
  ...(DependsOn !== undefined && { DependsOn }),
  Properties: { GlobalSecondaryIndexes: [{ IndexName: 'open' }] },
});

describe('Tables with indexes', () => {
  it('are created one after the other', async () => {
    const Resources = { Runs: table(), Locks: { Type: 'AWS::DynamoDB::Table' }, Waits: table('Runs') };

    expect(await findingsInTemplate(tableIndexes, { Resources })).toEqual([]);
  });

  it('and without an order are found', async () => {
    const Resources = { Runs: table(), Waits: table() };

    expect(await findingsInTemplate(tableIndexes, { Resources })).toEqual(['Waits has indexes and no DependsOn: Runs']);
  });
});
