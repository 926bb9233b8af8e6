import {
  BACKUP,
  closeFleet,
  Fleet,
  inputByIds,
  inputByTag,
  instanceId,
  instances,
  POST,
  PRE,
  script,
  TAG,
} from '../../../scenarios/pre-post-backup/fleet';
import { wantsRefusals } from '../../setup/refusals';

afterEach(closeFleet);

const ORGANIZATION = 'o-a1b2c3d4e5';
const DETAIL_TYPE = 'BackupSolution-PrePostScript';
const TARGET = { ...TAG, 'backup-workflows-target': 'nightly' };
const bucket = 'scripts';
const SCRIPTS = { RemoteRunCommandDetails: { ...PRE, ...POST } };

function withScript(parts: object): object {
  return inputByTag({ RemoteRunCommandDetails: { PreBackupScriptDetails: { ...script('pre.sh'), ...parts } } });
}

describe('With AllowedScriptLocations', () => {
  const parameters = { AllowedScriptLocations: `s3://${bucket}/scripts,s3://other-scripts` };
  const open = () => Fleet.open({ instances: instances([{}]), parameters });
  const at = (key: string) => `https://${bucket}.s3.eu-west-1.amazonaws.com/${key}`;

  it.each([
    ['a place below one of them', { SourceS3Path: at('scripts/pre.sh') }],
    ['another one, in the other form', { SourceS3Path: 'https://s3.eu-west-1.amazonaws.com/other-scripts/pre.sh' }],
    ['plain arguments', { SourceS3Path: at('scripts/pre.sh'), CommandToRun: './pre.sh --mode=freeze /data,/logs' }],
  ])('runs scripts from %s', async (_, parts) => {
    const fleet = await open();
    const run = await fleet.run(withScript(parts));
    expect([run.status, run.cause]).toEqual(['SUCCEEDED', '']);
  });

  it.each([
    ['a foreign bucket', { SourceS3Path: 'https://attackers.s3.amazonaws.com/scripts/pre.sh' }, 'SourceS3Path'],
    ['beside the prefix', { SourceS3Path: at('scripts-of-mine/pre.sh') }, 'SourceS3Path'],
    ['a path that leads out', { SourceS3Path: at('scripts/../mine/pre.sh') }, 'SourceS3Path'],
    ['the same, encoded', { SourceS3Path: at('scripts/%2e%2e/mine/pre.sh') }, 'SourceS3Path'],
    [
      'a command behind the script',
      { SourceS3Path: at('scripts/pre.sh'), CommandToRun: 'pre.sh; curl x' },
      'CommandToRun',
    ],
    ['a substitution', { SourceS3Path: at('scripts/pre.sh'), CommandToRun: 'pre.sh $(id)' }, 'CommandToRun'],
    ['a line of its own', { SourceS3Path: at('scripts/pre.sh'), CommandToRun: 'pre.sh\nid' }, 'CommandToRun'],
  ])('refuses %s', async (_, parts, key) => {
    const fleet = await open();
    const run = await fleet.run(withScript(parts));
    expect(run.status).toBe('FAILED');
    expect(run.cause).toContain(`PreBackupScriptDetails.${key}: `);
    expect(fleet.region.ssm.ranScripts).toEqual([]);
  });
});

describe('With RequiredTargetTagValue', () => {
  const parameters = { RequiredTargetTagValue: 'nightly' };
  const everything = { StartStopEC2Required: true, ...SCRIPTS };

  it('backs up instances that have the tag', async () => {
    const fleet = await Fleet.open({ instances: instances([{ Tags: TARGET }, { Tags: TARGET }]), parameters });
    const run = await fleet.run(inputByTag(everything));
    expect([run.status, run.cause]).toEqual(['SUCCEEDED', '']);
  });

  it('refuses instances that have not, also those that are named', async () => {
    const fleet = await Fleet.open({ instances: instances([{ Tags: TARGET }, {}]), parameters });
    const run = await fleet.run(inputByIds([instanceId(1), instanceId(2)], everything));
    expect(run.status).toBe('FAILED');
    expect(run.cause).toContain(`${instanceId(2)} has not the tag backup-workflows-target=nightly`);
    expect(run.cause).not.toContain(`${instanceId(1)} has not`);
  });

  it('is what IAM refused commands and stops without, whatever the preflight saw', async () => {
    wantsRefusals();
    // Prepare: the tag is taken off once the preflight is over
    const fleet = await Fleet.open({ instances: instances([{ Tags: TARGET }]), parameters });
    let isTaken = false;
    fleet.simulation.account.observer.observe(({ what, subject }) => {
      if (what !== 'call' || subject !== 'backup:DescribeBackupVault' || isTaken) return;
      isTaken = true;
      fleet.region.ec2.CreateTags({
        Resources: [instanceId(1)],
        Tags: [{ Key: 'backup-workflows-target', Value: 'no' }],
      });
    });

    // Act
    const run = await fleet.run(inputByTag(everything));

    // Assess
    expect([isTaken, run.status]).toEqual([true, 'FAILED']);
    expect(run.cause).toContain('not authorized to perform: ssm:SendCommand');
    expect(fleet.region.ssm.ranScripts).toEqual([]);
    expect(fleet.jobs()).toEqual([]);
  });
});

describe('Events of other accounts', () => {
  const stored = { nightly: inputByTag() };
  const parameters = { TrustedOrganizationId: ORGANIZATION, StoredInputs: JSON.stringify(stored) };
  const stranger = {
    principalArn: 'arn:aws:iam::444455556666:role/sender',
    accountId: '444455556666',
    organizationId: ORGANIZATION,
  };

  async function open(): Promise<Fleet> {
    return Fleet.open({ instances: instances([{}]), parameters });
  }

  function send(fleet: Fleet, detail: object, from?: typeof stranger): void {
    const EventBusName = String(fleet.simulation.stack.outputs.TriggerBusName);
    const entry = { EventBusName, Source: 'backup-workflows', DetailType: DETAIL_TYPE, Detail: JSON.stringify(detail) };
    fleet.region.events.PutEvents({ Entries: [entry] }, from);
  }

  it('start a run with the input of the stack that they name, and bring nothing beside it', async () => {
    const fleet = await open();
    send(fleet, { StoredInput: 'nightly', ...SCRIPTS }, stranger);
    const runs = await fleet.triggeredRuns();
    expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED']);
    expect(fleet.jobs()).toHaveLength(1);
    expect(fleet.region.ssm.ranScripts).toEqual([]);
  });

  it.each([
    ['an input of their own', { TargetEC2Instances: [instanceId(1)], BackupDetails: BACKUP, ...SCRIPTS }],
    ['an input in the place of a name', { StoredInput: inputByIds([instanceId(1)]) }],
  ])('start nothing with %s', async (_, detail) => {
    const fleet = await open();
    send(fleet, detail, stranger);
    await fleet.pass(600);
    expect(fleet.region.stepFunctions.executions.size).toBe(0);
  });

  it.each([['unknown'], [7]])('that name %p fail in the preflight', async (StoredInput) => {
    const fleet = await open();
    send(fleet, { StoredInput }, stranger);
    const runs = await fleet.triggeredRuns();
    expect(runs.map(({ status }) => status)).toEqual(['FAILED']);
    const told = fleet.region.sns.published.map(({ message }) => message).join();
    expect(told).toContain('this stack has no input of that name');
    expect(fleet.jobs()).toEqual([]);
  });

  it('of this account bring their input, as before', async () => {
    const fleet = await open();
    send(fleet, inputByTag());
    const runs = await fleet.triggeredRuns();
    expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });
});
