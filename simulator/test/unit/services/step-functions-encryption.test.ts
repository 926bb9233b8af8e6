import { SimulatorError } from '../../../errors';
import { authorize } from '../../../iam/authorize';
import { Harness, pass } from '../asl/harness';
import { allowing, putRoles, roleArn } from '../iam/roles';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/own';
const QUICK = { QueryLanguage: 'JSONata', StartAt: 'Quick', States: { Quick: pass({ secret: 1 }) } };

let harness: Harness;
afterEach(() => harness.close());

describe('A state machine with a key of the customer (https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html)', () => {
  /** A machine whose role may do these things with the key, in the context of this machine. */
  function create(actions: string[], machineName = 'encrypted', isLogged = false): string {
    harness = new Harness();
    const context = `arn:aws:states:eu-west-1:111122223333:stateMachine:${machineName}`;
    const logs = 'arn:aws:logs:eu-west-1:111122223333:*';
    const [statement] = (allowing(actions, KEY) as { Statement: object[] }).Statement;
    const inContext = (key: string, value: string) => ({ ...statement, Condition: { StringEquals: { [key]: value } } });
    const Statement = [
      inContext('kms:EncryptionContext:aws:states:stateMachineArn', context),
      ...(isLogged ? [inContext('kms:EncryptionContext:SourceArn', logs)] : []),
    ];
    putRoles(harness.account, { Runner: { inline: { Key: { Statement } } }, Looker: { inline: { Look: LOOK } } });
    const { stateMachineArn } = harness.stepFunctions.CreateStateMachine({
      name: 'encrypted',
      definition: JSON.stringify(QUICK),
      roleArn: roleArn(harness.account, 'Runner'),
      encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: KEY },
      loggingConfiguration: { level: 'ERROR' },
    });
    return stateMachineArn;
  }
  const LOOK = allowing('states:DescribeExecution');
  const start = (stateMachineArn: string) =>
    harness.stepFunctions.StartExecution({ stateMachineArn, input: '{"secret":1}' }).executionArn;

  it.each([
    ['may not decrypt', ['kms:GenerateDataKey'], 'encrypted', true],
    ['may not make data keys', ['kms:Decrypt'], 'encrypted', true],
    ['may both for another state machine', ['kms:Decrypt', 'kms:GenerateDataKey'], 'another', true],
    ['may not for the logs', ['kms:Decrypt', 'kms:GenerateDataKey'], 'encrypted', false],
  ])('starts nothing when its role %s', (_what, actions, machine, isLogged) => {
    const stateMachineArn = create(actions, machine, isLogged);

    expect(() => start(stateMachineArn)).toThrow(expect.objectContaining({ code: 'KmsAccessDeniedException' }));
    expect(harness.stepFunctions.executions.size).toBe(0);
  });

  it('is not simulated while its key cannot be used', () => {
    const stateMachineArn = create(['kms:Decrypt', 'kms:GenerateDataKey'], 'encrypted', true);
    harness.account.region().kms.load({ keys: [{ KeyId: 'own', KeyState: 'Disabled' }] });

    expect(() => start(stateMachineArn)).toThrow(SimulatorError);
  });

  it('runs, and tells nothing of its data: not in events, and only to a caller that may decrypt', async () => {
    const executionArn = start(create(['kms:Decrypt', 'kms:GenerateDataKey'], 'encrypted', true));
    const { stepFunctions, account } = harness;
    const execution = stepFunctions.executions.get(executionArn);
    await account.clock.runUntil(() => execution?.status !== 'RUNNING', 60);
    const looker = { principalArn: roleArn(account, 'Looker'), accountId: account.id };
    const describe = (input: { executionArn: string; includedData?: 'METADATA_ONLY' }) => {
      authorize(account, looker, stepFunctions.access('DescribeExecution', input));
      return stepFunctions.DescribeExecution(input);
    };

    expect(execution?.status).toBe('SUCCEEDED');
    expect(JSON.stringify(harness.events)).not.toContain('secret');
    expect(() => describe({ executionArn })).toThrow(/kms:Decrypt/);
    expect(describe({ executionArn, includedData: 'METADATA_ONLY' })).toMatchObject({
      status: 'SUCCEEDED',
      input: undefined,
      output: undefined,
    });
  });
});
