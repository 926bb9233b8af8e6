import { IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { simulateRights } from '../../../../functions/shared/role-rights';

const iam = mockClient(IAMClient);
const ROLE = 'arn:aws:iam::111122223333:role/backup';
const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders';

/** What is concluded from one answer of IAM. */
async function verdictOf(result: object): Promise<string | undefined> {
  iam.on(SimulatePrincipalPolicyCommand).resolves({
    EvaluationResults: [{ EvalActionName: 'dynamodb:Scan', EvalDecision: undefined, ...result }],
  });
  const [right] = await simulateRights(new IAMClient({}), ROLE, ['dynamodb:Scan'], TABLE);
  return right?.verdict;
}

describe('An answer of SimulatePrincipalPolicy', () => {
  it.each([
    ['allowed', { EvalDecision: 'allowed' }],
    ['denied', { EvalDecision: 'implicitDeny', EvalResourceName: TABLE }],
    ['unknown', { EvalDecision: 'implicitDeny', EvalResourceName: '*' }],
    ['unknown', { EvalDecision: 'implicitDeny', EvalResourceName: TABLE, MissingContextValues: ['aws:SourceVpc'] }],
    ['unknown', { EvalResourceName: TABLE }],
  ])('is %s for %j', async (verdict, result) => {
    expect(await verdictOf(result)).toBe(verdict);
  });
});
