import { join } from 'node:path';
import { Night, type RunRecord, SOURCE, world } from '../../../scenarios/efs-to-efs/night';
import { prepareTemplate } from '../../../simulator/cloudformation';
import { loadTemplate } from '../../../simulator/cloudformation/load-template';
import type { JsonObject } from '../../../simulator/cloudformation/template';

const DAY_SECONDS = 24 * 3600;
const TEMPLATE = loadTemplate(join(__dirname, '../../../template.yaml'));
const GIVEN = {
  EfsToEfsSourceFileSystemId: SOURCE,
  EfsToEfsVpcId: 'vpc-0a1b2c3d4e5f60001',
  EfsToEfsSubnetIds: 'subnet-0a1b2c3d4e5f6000a,subnet-0a1b2c3d4e5f6000b',
};

const resourcesWith = (parameters: Record<string, string>) => prepareTemplate(TEMPLATE, parameters).resources;
const idsOf = (type: string, parameters: Record<string, string>) =>
  Object.entries(resourcesWith(parameters)).flatMap(([id, { Type }]) => (Type === type ? [id] : []));
const propertiesOf = (id: string, parameters: Record<string, string> = GIVEN) =>
  (resourcesWith(parameters)[id]?.Properties ?? {}) as JsonObject;

describe('The section of the stack', () => {
  it('is not there unless its parameters are given', () => {
    const ids = Object.keys(resourcesWith({}));
    expect(ids.filter((id) => id.startsWith('EfsToEfs'))).toEqual([]);
  });

  it.each(Object.keys(GIVEN))(
    'is not left out without a word if only %s is given: the others are asked for',
    (given) => {
      const others = Object.keys(GIVEN).filter((name) => name !== given);
      const lacking = others.map((name) => `EFS-to-EFS needs ${name} too`).join('; ');
      const only = Object.fromEntries(Object.entries(GIVEN).filter(([name]) => name === given));

      expect(() => resourcesWith(only)).toThrow(lacking);
    },
  );

  it.each([1, 2, 3])('takes %i subnets, not exactly two (S3-D30)', (count) => {
    const EfsToEfsSubnetIds = ['a', 'b', 'c']
      .slice(0, count)
      .map((x) => `subnet-0a1b2c3d4e5f6000${x}`)
      .join();
    const parameters = { ...GIVEN, EfsToEfsSubnetIds };
    expect(idsOf('AWS::EFS::MountTarget', parameters)).toHaveLength(count);
    expect(propertiesOf('EfsToEfsGroup', parameters).VPCZoneIdentifier).toHaveLength(count);
  });

  it.each([
    [
      'a fourth subnet, which would get no mount target',
      'subnet-0000000a,subnet-0000000b,subnet-0000000c,subnet-0000000d',
    ],
    ['what is no subnet', 'subnet-0000000a,vpc-0000000b'],
  ])('refuses %s', (_what, EfsToEfsSubnetIds) => {
    expect(() => resourcesWith({ ...GIVEN, EfsToEfsSubnetIds })).toThrow('one to three ids of subnets');
  });

  it('copies to a file system that is there already, if one is given (S3-D30)', () => {
    const parameters = { ...GIVEN, EfsToEfsDestinationFileSystemId: 'fs-0bbbbbbbbbbbbbbb1' };
    expect(idsOf('AWS::EFS::FileSystem', parameters)).toEqual([]);
    expect(idsOf('AWS::EFS::MountTarget', parameters)).toEqual([]);
  });

  it('encrypts the destination, and leaves its throughput to the operator (S3-F09, S3-D30)', () => {
    const provisioned = { EfsToEfsThroughputMode: 'provisioned', EfsToEfsProvisionedThroughputInMibps: '64' };
    expect(propertiesOf('EfsToEfsDestination')).toMatchObject({ Encrypted: true, ThroughputMode: 'elastic' });
    expect(propertiesOf('EfsToEfsDestination', { ...GIVEN, ...provisioned })).toMatchObject({
      ThroughputMode: 'provisioned',
      ProvisionedThroughputInMibps: '64',
    });
  });

  it('keeps the copies and the logs when the stack is deleted (S3-F21)', () => {
    for (const id of ['EfsToEfsDestination', 'EfsToEfsLogBucket'])
      expect(resourcesWith(GIVEN)[id]).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
  });

  it('launches by a template, on an image of today, without the old metadata service (S3-D21, S3-D33)', () => {
    const data = propertiesOf('EfsToEfsLaunchTemplate').LaunchTemplateData as JsonObject;
    expect(data.ImageId).toMatch(/^resolve:ssm:.*al2023.*arm64$/);
    expect(data.MetadataOptions).toMatchObject({ HttpTokens: 'required' });
    expect(idsOf('AWS::AutoScaling::LaunchConfiguration', GIVEN)).toEqual([]);
  });

  it('needs no compiler and no way to the internet (S3-D18, S3-F24)', () => {
    const data = propertiesOf('EfsToEfsLaunchTemplate').LaunchTemplateData as JsonObject;
    const script = Buffer.from(String(data.UserData), 'base64').toString();
    const { Content } = propertiesOf('EfsToEfsDocument');
    // Amazon's own repository has the one package that the worker needs beside Python.
    expect(script).toBe('#!/bin/bash\nrpm -q amazon-efs-utils || dnf install -y amazon-efs-utils\n');
    expect(script + JSON.stringify(Content)).not.toMatch(/curl|wget|git|make|gcc|https?:|resolv\.conf|pip/);
  });

  it('opens NFS to the worker, and nothing else', () => {
    const ingress = propertiesOf('EfsToEfsDestinationSecurityGroup').SecurityGroupIngress;
    const egress = propertiesOf('EfsToEfsWorkerSecurityGroup').SecurityGroupEgress as JsonObject[];
    expect(ingress).toMatchObject([
      { FromPort: 2049, ToPort: 2049, SourceSecurityGroupId: { Ref: 'EfsToEfsWorkerSecurityGroup' } },
    ]);
    expect(propertiesOf('EfsToEfsWorkerSecurityGroup').SecurityGroupIngress).toBeUndefined();
    expect(egress.map(({ FromPort, ToPort }) => `${FromPort}-${ToPort}`)).toEqual(['443-443', '2049-2049']);
  });

  it('has a dashboard for those who want one, and alarms (S3-F15, S3-D34)', () => {
    const boards = (parameters: Record<string, string>) =>
      idsOf('AWS::CloudWatch::Dashboard', parameters).filter((id) => id.startsWith('EfsToEfs'));
    expect(boards(GIVEN)).toEqual([]);
    expect(boards({ ...GIVEN, EfsToEfsDashboard: 'Yes' })).toHaveLength(1);
    expect(idsOf('AWS::CloudWatch::Alarm', GIVEN).filter((id) => id.startsWith('EfsToEfs'))).toHaveLength(2);
  });
});

describe('The record of a night', () => {
  let night: Night;
  let run: RunRecord;

  beforeAll(async () => {
    const bucket = { Namespace: 'AWS/S3', MetricName: 'BucketSizeBytes', Value: 5_000_000 };
    const standard = world();
    const first = await Night.open(standard);
    const BucketName = first.simulation.stack.resource('EfsToEfsLogBucket').physicalId;
    first.close();
    const Dimensions = { BucketName, StorageType: 'StandardStorage' };
    night = await Night.open({ ...standard, metrics: [...(standard.metrics ?? []), { ...bucket, Dimensions }] });
    run = await night.run({
      ...{ mode: 'backup', action: 'start' },
      ...{ path: '/shared', folderLabel: 'team-a', interval: 'weekly', retain: 5 },
    });
  });

  afterAll(() => night.close());

  it('says what was copied from where to where (S3-F05, S3-F06)', () => {
    expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(run.report).toMatchObject({ fromPath: '/shared', folderLabel: 'team-a', interval: 'weekly', retain: 5 });
    expect(night.copies).toMatchObject([{ FolderLabel: 'team-a', Interval: 'weekly' }]);
  });

  it('has figures as numbers, burst credits before and after among them (S3-F10, S3-D25, S3-D26)', () => {
    const figures = [
      ...['files', 'bytes', 'filesTransferred', 'bytesTransferred', 'fromBytes', 'toBytesBefore', 'toBytesAfter'],
      ...['fromBurstCreditBytesBefore', 'fromBurstCreditBytesAfter', 'fromPermittedBytesPerSecond'],
      ...['windowEndsAt', 'claimedAt', 'workStartedAt'],
    ];
    for (const name of figures) expect([name, typeof run.report?.[name]]).toEqual([name, 'number']);
    expect(run.report?.logBucketBytes).toBe(5_000_000);
    expect(Number(run.report?.fromBurstCreditBytesAfter)).toBeLessThan(Number(run.report?.fromBurstCreditBytesBefore));
  });

  it('expires by a number of seconds, as the TTL of the table needs it (S3-F11, S3-D09)', () => {
    const { TimeToLiveSpecification } = propertiesOf('RunsTable');
    expect(TimeToLiveSpecification).toMatchObject({ AttributeName: 'expiresAt', Enabled: true });
    expect(Number(run.expiresAt) - Number(run.startedAt)).toBeGreaterThan(90 * DAY_SECONDS);
    expect(typeof run.expiresAt).toBe('number');
  });

  it('leads to the logs in the private bucket (S3-F14)', () => {
    const bucket = night.simulation.stack.resource('EfsToEfsLogBucket').physicalId;
    expect(run.report?.logUri).toBe(`s3://${bucket}/logs/${run.runId}/`);
    expect(night.region.s3.keys(bucket)).toEqual([
      `logs/${run.runId}/worker.log`,
      expect.stringMatching(/^worker\/[0-9a-f]{64}\.pyz$/),
    ]);
  });

  it('has times that whole seconds do not break (S3-D27)', () => {
    expect(night.requests[0]?.request.stopAt).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
    expect(Number.isInteger(run.startedAt)).toBe(true);
  });
});

describe('Usage metrics', () => {
  const sent: { url: unknown; body: string }[] = [];

  beforeEach(() => {
    sent.length = 0;
    jest.spyOn(globalThis, 'fetch').mockImplementation((url, options) => {
      sent.push({ url, body: String(options?.body) });
      return Promise.resolve(new Response());
    });
  });

  afterEach(() => jest.restoreAllMocks());

  const nightWith = async (parameters: Record<string, string>) => {
    const night = await Night.open(world({}, parameters));
    const run = await night.run();
    night.close();
    return run;
  };

  it('do not leave the account (S3-D28)', async () => {
    await nightWith({});
    expect(sent).toEqual([]);
  });

  it('go to a URL that the operator gives, without anything that names them (S3-F23)', async () => {
    const run = await nightWith({ EfsToEfsUsageMetricsUrl: 'https://metrics.example.com/in' });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toBe('https://metrics.example.com/in');
    const body = JSON.parse(sent[0]?.body ?? '') as object;
    const members = ['stack', 'action', 'outcome', 'windowMinutes', 'retain', 'instanceType', 'fromBytes'];
    expect(Object.keys(body)).toEqual([...members, 'files', 'filesTransferred']);
    for (const name of [SOURCE, run.runId, '111122223333']) expect(sent[0]?.body).not.toContain(name);
  });

  it('that do not arrive change nothing', async () => {
    jest.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no route'));
    const run = await nightWith({ EfsToEfsUsageMetricsUrl: 'https://metrics.example.com/in' });
    expect(run).toMatchObject({ outcome: 'SUCCEEDED' });
  });
});
