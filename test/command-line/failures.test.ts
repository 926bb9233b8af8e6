import { spawn } from 'node:child_process';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { STS } from '@aws-sdk/client-sts';
import { defaultWorld } from '../../scenarios/simulation';
import { LocalAccount } from './local-account';

const ROLE = 'looker-on';
const MINUTES_PER_SECOND = 8;
const SHORTEST_SESSION_SECONDS = 900;
const LONGEST_SESSION_SECONDS = 3600;

// Whole processes beside a whole account.
jest.setTimeout(120_000);

/** A way to the account that can be cut and mended. */
class Connection {
  private readonly sockets = new Set<Socket>();
  private server = createServer();
  port = 0;

  constructor(private readonly to: number) {}

  async mend(): Promise<void> {
    this.server = createServer((socket) => {
      const onward = connect(this.to, '127.0.0.1');
      for (const end of [socket, onward]) {
        this.sockets.add(end);
        end.on('error', () => end.destroy());
      }
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  cut(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

describe('When AWS does not do as it should, the command line', () => {
  let account: LocalAccount;

  beforeAll(async () => {
    const world = defaultWorld('local');
    account = await LocalAccount.serve({
      minutesPerSecond: MINUTES_PER_SECOND,
      world: {
        ...world,
        roles: [
          ...(world.roles ?? []),
          {
            RoleName: ROLE,
            TrustedServices: [],
            TrustedPrincipals: ['arn:aws:iam::111122223333:root'],
            Policies: {
              look: {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Allow', Action: 'cloudformation:*', Resource: '*' }],
              },
            },
          },
        ],
      },
      // As often as the SDK tries for one look, and once more.
      faults: [{ call: 'states:GetExecutionHistory', fault: 'throttle', times: 6 }],
    });
  });

  afterAll(() => account.stop());

  const run = (args: string[], more: Record<string, string> = {}) =>
    account.run(args, { env: account.environment(more) });

  async function session(DurationSeconds: number): Promise<Record<string, string>> {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const sts = new STS({ endpoint: account.url, region: 'eu-west-1', credentials });
    const { Credentials } = await sts.assumeRole({
      RoleArn: `arn:aws:iam::111122223333:role/${ROLE}`,
      RoleSessionName: 'me',
      DurationSeconds,
    });
    return {
      AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? '',
      AWS_SESSION_TOKEN: Credentials?.SessionToken ?? '',
    };
  }

  it('names the permission that is missing', async () => {
    const { status, stderr } = run(['list'], await session(LONGEST_SESSION_SECONDS));

    expect(stderr).toContain('You have no permission for this: ');
    expect(stderr).toContain('is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:eu-west-1:');
    expect(status).toBe(3);
  });

  it('says that the credentials have expired, and that runs continue without them', async () => {
    const credentials = await session(SHORTEST_SESSION_SECONDS);
    let answer = run(['list'], credentials);
    while (answer.stderr.startsWith('You have no permission')) answer = run(['list'], credentials);
    const { status, stderr } = answer;

    expect(stderr).toContain('The AWS credentials have expired. Runs that were started continue without them.');
    expect(status).toBe(3);
  });

  it('lets doctor look at all that may be looked at, and says what could not be checked', async () => {
    const { status, stdout } = run(['doctor'], await session(LONGEST_SESSION_SECONDS));

    expect(stdout).toContain('✓ stack backup-workflows in eu-west-1: CREATE_COMPLETE');
    expect(stdout).toContain('✗ roles: could not be checked: You have no permission for this:');
    expect(stdout).toContain('✗ tables: could not be checked: You have no permission for this:');
    expect(status).toBe(1);
  });

  it.each([
    [
      'a stack that is not there',
      ['list', '--stack', 'nowhere'],
      {},
      'There is no stack nowhere in eu-west-1 of the account 111122223333',
    ],
    ['a wrong region', ['list'], { AWS_REGION: 'us-east-1' }, 'There is no stack backup-workflows in us-east-1'],
    ['a region that does not exist', ['list', '--region', 'eu-west-9'], {}, 'There is no connection to AWS'],
    [
      'no account at the local port',
      ['list', '--port', '9'],
      {},
      'Nothing answers at http://127.0.0.1:9.\nStart the simulated account',
    ],
    [
      'no credentials',
      ['list'],
      { AWS_ACCESS_KEY_ID: '', AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' },
      'There are no AWS credentials',
    ],
  ])('says what to do about %s', (_what, args, env, message) => {
    const { status, stdout, stderr } = run(args, env as Record<string, string>);

    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(status).toBe(3);
  });

  it('continues to follow through throttling', () => {
    const args = ['start', 'dynamodb-table-operation', '--input', 'events/dynamodb-table-operation.json', '--follow'];
    args.push('--port', String(account.port));
    const { status, stdout: lines } = run(args);
    const stdout = lines.replaceAll(/ *\n {6,}/g, ' ');

    expect(stdout).toContain(
      'AWS is throttling this account: Rate exceeded. The run continues; trying to reach it again.',
    );
    expect(stdout).toContain('connected again');
    expect(status).toBe(0);
  });

  it('continues to follow after a lost connection, and lets go with Ctrl-C', async () => {
    const connection = new Connection(account.port);
    await connection.mend();
    run(['start', 'dynamodb-swap-restore', '--input', 'events/dynamodb-swap-restore.json', '--name', 'parks']);
    const child = spawn(process.execPath, [account.command, 'follow', 'parks', '--port', String(connection.port)], {
      env: account.environment(),
    });
    let shown = '';
    let wake = () => {};
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        shown += chunk.toString();
        wake();
      });
    const sees = async (text: string) => {
      while (!shown.includes(text)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };

    await sees('execution started');
    connection.cut();
    await sees('The run continues;');
    await connection.mend();
    await sees('connected again');
    await sees('approval awaited');
    child.kill('SIGINT');
    const status = await new Promise((resolve) => child.once('exit', resolve));
    connection.cut();

    expect(status).toBe(130);
    expect(shown).toContain('Runs that were started continue in AWS');
    expect(JSON.parse(run(['status', 'parks', '--json']).stdout)).toMatchObject({ status: 'RUNNING' });
  });
});
