import { settle } from '../../../scenarios/restore-test/promises';
import { type Kind, openTest, startTest } from '../../../scenarios/restore-test/tests';
import { isAllowed } from '../../../simulator/iam/authorize';
import { wantsRefusals } from '../../setup/refusals';

const ON_DEMAND: Kind = { source: 'a table', isScheduled: false };
const TABLES = 'arn:aws:dynamodb:eu-west-1:111122223333:table';
const CHANGES = ['DeleteItem', 'DeleteTable', 'PutItem', 'UpdateItem', 'UpdateTable', 'BatchWriteItem'];

describe('The roles of restore-test', () => {
  it('are permitted no change of any table, and the deletion of what has a name of a test only', async () => {
    wantsRefusals();
    const simulation = await openTest({ kind: ON_DEMAND });
    try {
      const execution = startTest(simulation, ON_DEMAND);
      await settle(simulation, execution);
      const functions = [...simulation.region.lambda.functions.values()].filter(({ configuration }) =>
        configuration.entryPoint.includes('functions/restore-test/'),
      );
      const may = (roleArn: string, action: string, resource: string) =>
        isAllowed(
          simulation.account,
          { principalArn: roleArn, accountId: simulation.account.id },
          { action: `dynamodb:${action}`, resource },
        );

      const ofSource = functions.flatMap(({ configuration: { logicalId, roleArn } }) =>
        CHANGES.filter((action) => may(roleArn, action, `${TABLES}/ParksAr`)).map((action) => `${logicalId} ${action}`),
      );
      const ofTests = functions.flatMap(({ configuration: { logicalId, roleArn } }) =>
        CHANGES.filter((action) => may(roleArn, action, `${TABLES}/awsbackup-restore-test-1`)).map(
          (action) => `${logicalId} ${action}`,
        ),
      );

      expect(functions.length).toBeGreaterThan(9);
      expect(ofSource).toEqual([]);
      expect(ofTests).toEqual(['RemoveRestoredFunction DeleteTable']);
    } finally {
      simulation.close();
    }
  });
});
