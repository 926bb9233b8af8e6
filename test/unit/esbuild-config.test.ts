import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { unzipSync, zipSync } from 'fflate';
import { bundleSettings, deployedBundleSettings, workerArchive } from '../../esbuild.config';

const SOURCE = `
  import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
  export async function describe(requestHandler) {
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const ec2 = new EC2Client({ region: 'us-east-1', credentials, requestHandler });
    const { Reservations } = await ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: ['i-1'] }] }),
    );
    return Reservations;
  }
`;
const ANSWER =
  '<DescribeInstancesResponse><reservationSet><item><reservationId>r-1</reservationId><instancesSet><item>' +
  '<instanceId>i-1</instanceId><launchTime>2026-11-20T22:00:00.000Z</launchTime>' +
  '<instanceState><code>16</code><name>running</name></instanceState>' +
  '</item></instancesSet></item></reservationSet></DescribeInstancesResponse>';

describe('A deployed bundle', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Bundles the source, and makes the call in it; returns what was sent, what came back and the bundle's size. */
  async function callWith(settings: BuildOptions, name: string) {
    const source = join(folder, `${name}.ts`);
    const outfile = join(folder, `${name}.js`);
    writeFileSync(source, SOURCE);
    await build({ ...settings, entryPoints: [source], outfile, nodePaths: ['node_modules'] });
    let sent = '';
    const handle = async ({ body }: { body: string }) => {
      sent = body;
      return { response: { statusCode: 200, headers: {}, body: Buffer.from(ANSWER) } };
    };
    const received = await require(outfile).describe({ handle });
    return { sent, received, size: statSync(outfile).size };
  }

  it('gets the errors of a service with their names and messages, also those without a class', async () => {
    // Prepare: one error that is plain, one that has its retry from its class, one that AWS does not document.
    const outfile = join(folder, 'errors.js');
    const contents = `
      import { SSMClient, SendCommandCommand } from '@aws-sdk/client-ssm';
      import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
      export const ask = (Service, requestHandler) => {
        const [Client, Command] = Service === 'ssm' ? [SSMClient, SendCommandCommand] : [DynamoDBClient, ListTablesCommand];
        return new Client({ region: 'us-east-1', maxAttempts: 1, requestHandler }).send(new Command({})).catch((error) => error);
      };`;
    const stdin = { contents, resolveDir: process.cwd() };
    await build({ ...deployedBundleSettings, stdin, outfile });
    const { ask } = require(outfile);
    const handler = (statusCode: number, type: string) => ({
      handle: async () => {
        const body = Buffer.from(JSON.stringify({ __type: type, message: 'No.' }));
        return { response: { statusCode, headers: { 'content-type': 'application/x-amz-json-1.1' }, body } };
      },
    });
    process.env.AWS_ACCESS_KEY_ID = 'of-lambda';
    process.env.AWS_SECRET_ACCESS_KEY = 'secret';
    // Act
    const plain = await ask('ssm', handler(400, 'com.amazonaws.ssm#InvalidInstanceId'));
    const failing = await ask('ssm', handler(500, 'InternalServerError'));
    const unknown = await ask('ssm', handler(400, 'NeverHeardOf'));
    const conflicting = await ask(
      'dynamodb',
      handler(400, 'com.amazonaws.dynamodb.v20120810#ReplicatedWriteConflictException'),
    );
    // Assess
    expect([plain, failing, unknown, conflicting].map(({ name, message, $fault }) => [name, message, $fault])).toEqual([
      ['InvalidInstanceId', 'No.', 'client'],
      ['InternalServerError', 'No.', 'server'],
      ['NeverHeardOf', 'No.', 'client'],
      ['ReplicatedWriteConflictException', 'No.', 'client'],
    ]);
    expect(conflicting.$retryable).toBeDefined();
    expect(plain.$metadata).toMatchObject({ httpStatusCode: 400, attempts: 1 });
    const bundle = readFileSync(outfile, 'utf8');
    expect(bundle).not.toContain('com.amazonaws.ssm#InvalidInstanceId');
    expect(bundle).not.toContain('com.amazonaws.dynamodb#ResourceInUseException');
    expect(bundle).toContain('com.amazonaws.dynamodb#ConditionalCheckFailedException');
  });

  it('takes its credentials from the environment, and carries no other source of them', async () => {
    // Prepare
    const outfile = join(folder, 'credentials.js');
    const stdin = {
      contents: `import { STSClient } from '@aws-sdk/client-sts'; export const sts = new STSClient({ region: 'us-east-1' });`,
      resolveDir: process.cwd(),
    };
    const { metafile } = await build({ ...deployedBundleSettings, stdin, outfile, metafile: true });
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
    });
    // Act
    const credentials = await require(outfile).sts.config.credentials();
    // Assess
    expect(credentials).toMatchObject({ accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: 'token' });
    const files = Object.keys(metafile.inputs);
    expect(
      files.filter((file) => /credential-provider-(?!env|node)|token-providers|nested-clients/.test(file)),
    ).toEqual([]);
  });

  it('leaves out schemas that are not used, and speaks to AWS as before', async () => {
    // Act
    const whole = await callWith(bundleSettings, 'whole');
    const deployed = await callWith(deployedBundleSettings, 'deployed');

    // Assess
    expect(deployed.size).toBeLessThan(whole.size * 0.6);
    expect(deployed.sent).toBe(whole.sent);
    expect(deployed.received).toEqual(whole.received);
    expect(deployed.received[0].Instances[0]).toMatchObject({ InstanceId: 'i-1', State: { Name: 'running' } });
  });
});

describe('The archive of the worker', () => {
  it('holds the sources of worker, and is the same bytes wherever it is packed', () => {
    // Act
    const here = workerArchive('python3');
    const zone = process.env.TZ ?? '';
    process.env.TZ = 'Asia/Tokyo';
    const elsewhere = workerArchive('python3');
    process.env.TZ = zone;

    // Assess
    const main = unzipSync(here)['__main__.py'] ?? new Uint8Array();
    expect(Buffer.from(main)).toEqual(readFileSync('worker/__main__.py'));
    expect(elsewhere.equals(here)).toBe(true);
  });

  it('has every module compiled for the Python it is packed with, and runs by any other and without', () => {
    // Prepare
    const folder = mkdtempSync(join(tmpdir(), 'archive-'));
    const archives = { compiled: workerArchive('python3'), plain: workerArchive('no-such-python') };
    const foreign = zipSync(
      Object.fromEntries(
        Object.entries(unzipSync(archives.compiled)).map(([name, content]) => {
          // The first bytes name the version of the bytecode.
          const damaged = Buffer.from(content);
          if (name.endsWith('.pyc')) damaged.fill(1, 0, 2);
          return [name, damaged];
        }),
      ),
    );

    // Act
    const runs = Object.entries({ ...archives, foreign }).map(([name, archive]) => {
      writeFileSync(join(folder, name), archive);
      return spawnSync('python3', [join(folder, name), 'e30='], { encoding: 'utf8' });
    });
    rmSync(folder, { recursive: true });

    // Assess
    const names = Object.keys(unzipSync(archives.compiled));
    const sources = names.filter((name) => name.endsWith('.py'));
    expect(names.filter((name) => name.endsWith('.pyc')).sort()).toEqual(sources.map((name) => `${name}c`).sort());
    expect(Object.keys(unzipSync(archives.plain)).sort()).toEqual([...sources, 'request.json'].sort());
    for (const { status, stdout } of runs) {
      expect(status).toBe(2);
      expect(stdout).toContain('action must be one of');
    }
  });
});
