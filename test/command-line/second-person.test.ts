import { setTimeout } from 'node:timers/promises';
import { STS } from '@aws-sdk/client-sts';
import { smallWorld, swapInput, TABLE } from '../../scenarios/dynamodb-restore/parks';
import { LocalAccount } from './local-account';

// Whole processes beside a whole account.
jest.setTimeout(120_000);

const ACCOUNT = '111122223333';
const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

describe('The commands approve and refuse, with SecondPerson Required', () => {
  let account: LocalAccount;

  beforeAll(async () => {
    const role = (RoleName: string) => ({
      RoleName,
      TrustedServices: [],
      TrustedPrincipals: [`arn:aws:iam::${ACCOUNT}:root`],
      ManagedPolicies: [],
      Policies: { all: EVERYTHING },
    });
    const world = smallWorld({
      parameters: { SecondPerson: 'Required' },
      operator: { answer: 'none' },
      roles: ['Requests', 'Approves'].map(role),
    });
    account = await LocalAccount.serve({ minutesPerSecond: 10, world });
  });

  afterAll(() => account.stop());

  /** The environment of a person in a role. */
  async function person(RoleSessionName: string, role: string): Promise<Record<string, string>> {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const sts = new STS({ endpoint: account.url, region: 'eu-west-1', credentials });
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${role}`;
    const { Credentials: { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = {} } = await sts.assumeRole({
      RoleArn,
      RoleSessionName,
    });
    return account.environment({
      AWS_ACCESS_KEY_ID: AccessKeyId,
      AWS_SECRET_ACCESS_KEY: SecretAccessKey,
      AWS_SESSION_TOKEN: SessionToken,
    });
  }

  it('sign the answer: it is refused to the person who started the run, and taken from another one', async () => {
    const [alice, bob] = [await person('alice', 'Requests'), await person('bob', 'Approves')];
    const input = account.file('swap.json', swapInput());
    const started = account.run(['start', 'dynamodb-swap-restore', '--input', input, '--name', 'swap'], { env: alice });
    expect(started.status).toBe(0);
    const approve = (env: Record<string, string>) => account.run(['approve', 'swap', '--yes', TABLE], { env });
    // Until it asks, and CloudTrail tells who started it.
    let refused = approve(alice);
    for (let tries = 0; tries < 40 && !refused.stderr.includes('Requests/alice'); tries += 1) {
      await setTimeout(500);
      refused = approve(alice);
    }

    const taken = approve(bob);

    expect([refused.status, refused.stderr]).toEqual([expect.any(Number), expect.stringContaining('Requests/alice')]);
    expect(refused.status).not.toBe(0);
    expect([taken.status, taken.stdout]).toEqual([0, expect.stringContaining('swap is approved')]);
  });
});
