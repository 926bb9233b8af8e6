import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupClient, DescribeBackupVaultCommand } from '@aws-sdk/client-backup';
import { Account } from '../../account';
import { type Behaviour, type DoubtName, doubtsSchema, drawDoubts } from '../../doubts';
import { DOUBTS, type Doubt } from '../../doubts/list';
import { DOUBTS_PAGE, doubtsPage, notMet } from '../../doubts/page';
import { serviceMayAssume } from '../../iam/authorize';
import { parseOrExplain } from '../../world';
import { FURTHER_QUESTIONS } from './doubt-questions';

const BACKUP = 'backup.amazonaws.com';

let account: Account;

afterEach(() => account?.close());

/** Asks a new account that behaves like this. */
async function answerOf<Name extends DoubtName>(
  name: Name,
  behaviour: Behaviour<Name>,
  ask: (account: Account) => Promise<unknown>,
): Promise<unknown> {
  account = new Account({ doubts: { [name]: behaviour } });
  const answer = ask(account).catch((error: Error) => error.name);
  const told = await account.clock.runUntil(answer, 24 * 3600);
  expect(Object.keys(account.doubts.met)).toContain(name);
  account.close();
  return told;
}

/** An execution whose distributed map has a child that fails, with a role that may do everything or just one thing. */
async function mapped(aws: Account, allowed = '*') {
  const { stepFunctions, iam } = aws.region();
  const Statement = { Effect: 'Allow', Action: allowed, Resource: '*' };
  const AssumeRolePolicyDocument = JSON.stringify({ Statement: { ...Statement, Principal: '*' } });
  iam.CreateRole({ RoleName: 'mapper', AssumeRolePolicyDocument });
  iam.PutRolePolicy({ RoleName: 'mapper', PolicyName: 'map', PolicyDocument: JSON.stringify({ Statement }) });
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Fail',
    States: { Fail: { Type: 'Fail', Error: 'ChildError' } },
  };
  const Each = { Type: 'Map', ItemProcessor, ToleratedFailurePercentage: 100, End: true };
  const { stateMachineArn } = stepFunctions.CreateStateMachine({
    name: 'mapper',
    definition: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Each', States: { Each } }),
    roleArn: `arn:aws:iam::${aws.id}:role/mapper`,
  });
  const { executionArn } = stepFunctions.StartExecution({ stateMachineArn, input: '[1]' });
  await aws.clock.sleep(60);
  return stepFunctions.DescribeExecution({ executionArn });
}

/** One question per doubt, whose answer depends on it. */
const QUESTIONS: { [Name in DoubtName]: (account: Account) => Promise<unknown> } = {
  ...FURTHER_QUESTIONS,
  'autoScaling.overLifecycleAction': async (aws) => {
    const { autoScaling } = aws.region();
    const name = 'builders';
    const bounds = { minSize: 0, maxSize: 1, desired: 0 };
    const launch = { subnetIds: ['subnet-a'], instanceTypes: ['t4g.nano'], isSpot: false, launchTemplateId: 'lt-1' };
    autoScaling.create({ name, ...bounds, ...launch, tags: {}, cooldownSeconds: 300, healthCheckGraceSeconds: 0 });
    const action = { AutoScalingGroupName: name, LifecycleHookName: 'hook', InstanceId: 'i-gone' };
    try {
      return autoScaling.CompleteLifecycleAction({ ...action, LifecycleActionResult: 'CONTINUE' });
    } catch (error) {
      return (error as Error).message;
    }
  },
  'backup.efsRestoreMetadata': async (aws) => {
    const ResourceArn = 'arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/fs-0123456789abcdef0';
    const RecoveryPointArn = 'arn:aws:backup:eu-west-1:111122223333:recovery-point:0a1b2c3d';
    const point = { RecoveryPointArn, BackupVaultName: 'main', ResourceArn, ResourceType: 'EFS' };
    const { efs, backup } = aws.region();
    efs.load({ fileSystems: [{ FileSystemId: 'fs-0123456789abcdef0' }] });
    backup.load({ vaults: [{ BackupVaultName: 'main' }], recoveryPoints: [point] });
    const metadata = backup.GetRecoveryPointRestoreMetadata({ BackupVaultName: 'main', RecoveryPointArn });
    return Object.keys(metadata.RestoreMetadata ?? {});
  },
  'backup.missingVault': (aws) =>
    aws.endpoint.client(BackupClient).send(new DescribeBackupVaultCommand({ BackupVaultName: 'none' })),
  'backup.sourceAccount': async (aws) => {
    const Condition = { StringEquals: { 'aws:SourceAccount': aws.id } };
    const Statement = { Effect: 'Allow', Principal: { Service: BACKUP }, Action: 'sts:AssumeRole', Condition };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
    aws.region().iam.CreateRole({ RoleName: 'backup', AssumeRolePolicyDocument });
    return serviceMayAssume(aws, BACKUP, `arn:aws:iam::${aws.id}:role/backup`);
  },
  'cloudTrail.delay': async (aws) => {
    const { cloudTrail } = aws.region();
    cloudTrail.record('states.amazonaws.com', 'StartExecution', aws.root, {}, {});
    await aws.clock.sleep(600);
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'StartExecution' }];
    return cloudTrail.LookupEvents({ LookupAttributes }).Events?.length;
  },
  'stepFunctions.toleratedFailure': async (aws) => (await mapped(aws)).output,
  'stepFunctions.rightsOfDistributedMap': async (aws) => (await mapped(aws, 'states:StartExecution')).status,
  'stepFunctions.refusedDistributedMap': async (aws) => (await mapped(aws, 'states:StopExecution')).error,
  'stepFunctions.heartbeatError': async (aws) => {
    const { stepFunctions, lambda } = aws.region();
    lambda.access = () => [];
    lambda.Invoke = () => new Promise<never>(() => {});
    const Wait = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'silent', Payload: { token: '{% $states.context.Task.Token %}' } },
      TimeoutSeconds: 3600,
      HeartbeatSeconds: 60,
      End: true,
    };
    const { stateMachineArn } = stepFunctions.CreateStateMachine({
      name: 'machine',
      definition: JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'Wait', States: { Wait } }),
      roleArn: `arn:aws:iam::${aws.id}:root`,
    });
    const { executionArn } = stepFunctions.StartExecution({ stateMachineArn });
    await aws.clock.sleep(120);
    return stepFunctions.DescribeExecution({ executionArn }).error;
  },
};

describe('A doubt', () => {
  it.each(Object.keys(QUESTIONS) as DoubtName[])('%s has behaviours that differ in an answer', async (name) => {
    // Prepare
    const behaviours = Object.keys(DOUBTS[name].behaviours) as Behaviour<typeof name>[];

    // Act
    const answers: string[] = [];
    for (const behaviour of behaviours) answers.push(JSON.stringify(await answerOf(name, behaviour, QUESTIONS[name])));

    // Assess
    expect(behaviours.length).toBeGreaterThan(1);
    expect(new Set(answers).size).toBe(behaviours.length);
  });

  it('behaves in its worst way, unless the account was opened with another one', () => {
    // Prepare
    account = new Account();

    // Act
    const behaviour = account.doubts.behaviour('backup.missingVault');

    // Assess
    expect(behaviour).toBe('AccessDenied');
    expect(account.addAccount('222222222222').doubts).toBe(account.doubts);
    for (const { behaviours, worst } of Object.values<Doubt>(DOUBTS)) expect(Object.keys(behaviours)).toContain(worst);
  });

  it('counts as met once an answer has depended on it', () => {
    // Prepare
    account = new Account({ doubts: { 'backup.missingVault': 'ResourceNotFound' } });
    const before = account.doubts.met;

    // Act
    account.doubts.behaviour('backup.missingVault');

    // Assess
    expect(before).toEqual({});
    expect(account.doubts.met).toEqual({ 'backup.missingVault': 'ResourceNotFound' });
  });

  it('is drawn by a seed: the same seed draws the same, and another one another', () => {
    // Act
    const draws = Array.from({ length: 20 }, (_, seed) => JSON.stringify(drawDoubts(seed)));

    // Assess
    expect(JSON.stringify(drawDoubts(7))).toBe(draws[7]);
    expect(new Set(draws).size).toBeGreaterThan(1);
    expect(() => draws.map((draw) => doubtsSchema.parse(JSON.parse(draw)))).not.toThrow();
  });

  it('is pinned by a file, in which everything that is wrong is named', () => {
    // Act
    const parse = () =>
      parseOrExplain(doubtsSchema, { 'backup.missingVault': 'Nothing', 'ec2.mood': 'bad' }, 'Refused');

    // Assess
    expect(parse).toThrow(/expected one of "AccessDenied"\|"ResourceNotFound"/);
    expect(parse).toThrow('Unrecognized key: "ec2.mood"');
  });

  it('is met by runs once each of its behaviours was', () => {
    // Prepare
    const folder = mkdtempSync(join(tmpdir(), 'doubts-'));
    const all = Object.entries<Doubt>(DOUBTS).flatMap(([name, { behaviours }]) =>
      Object.keys(behaviours).map((behaviour) => `${name} ${behaviour}`),
    );
    const missed = 'backup.missingVault ResourceNotFound';
    writeFileSync(join(folder, 'a.json'), JSON.stringify(all.slice(0, 9)));
    writeFileSync(join(folder, 'b.json'), JSON.stringify(all.slice(5).filter((behaviour) => behaviour !== missed)));

    // Act
    const left = notMet(folder);

    // Assess
    rmSync(folder, { recursive: true });
    expect(all.indexOf(missed)).toBeGreaterThan(9);
    expect(left).toEqual([missed]);
  });

  it('stands on the page about doubts: npm run doubts -w simulated-aws', () => {
    // Act
    const page = readFileSync(DOUBTS_PAGE, 'utf8');

    // Assess
    expect(page).toBe(doubtsPage(page));
  });
});
