import { indexChanges, previousTemplate } from '../../../../scripts/validate/index-changes';
import { findingsInTemplate } from './bad-examples';

const table = (...names: string[]) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: { GlobalSecondaryIndexes: names.map((IndexName) => ({ IndexName })) },
});
const since = (...names: string[]) => indexChanges(() => ({ Resources: { Runs: table(...names) } }));

describe('Indexes of a table since the previous release', () => {
  it('may change by one', async () => {
    expect(await findingsInTemplate(since('open'), { Resources: { Runs: table('open', 'workflow') } })).toEqual([]);
    expect(await findingsInTemplate(since('open'), { Resources: { Runs: table() } })).toEqual([]);
  });

  it('are of no interest where the table is new', async () => {
    expect(await findingsInTemplate(since(), { Resources: { Waits: table('due', 'kind') } })).toEqual([]);
  });

  it('and more are found: CloudFormation would refuse the deployment', async () => {
    const message = 'Runs changes 2 indexes since the previous release; CloudFormation changes one a deployment';

    expect(await findingsInTemplate(since('open'), { Resources: { Runs: table('open', 'a', 'b') } })).toEqual([
      message,
    ]);
    expect(await findingsInTemplate(since('open'), { Resources: { Runs: table('workflow') } })).toEqual([message]);
  });

  it('are compared with the release that the upgrade tests start from', () => {
    expect(Object.keys(previousTemplate().Resources)).toEqual(expect.arrayContaining(['RunsTable', 'WaitsTable']));
  });
});
