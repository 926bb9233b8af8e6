import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonPrograms } from '../../scripts/python-environment';
import { LocalAccount } from './local-account';

// A whole account, and a Python process for each question.
jest.setTimeout(180_000);

const programs = installed();
const describeAwsCli = programs ? describe : describe.skip;
const MACHINES = 'arn:aws:states:eu-west-1:111122223333:stateMachine:backup-workflows-';
const FILE_SYSTEM = 'fs-0123456789abcdef0';

interface Answer {
  [member: string]: Answer & Answer[] & string;
}

describeAwsCli('The AWS CLI', () => {
  let account: LocalAccount;
  let outputs: Map<string, string>;

  beforeAll(async () => {
    account = await LocalAccount.serve({ minutesPerSecond: 240 });
    const { Stacks } = aws('cloudformation describe-stacks --stack-name backup-workflows');
    outputs = new Map(
      Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [String(OutputKey), String(OutputValue)]) ?? [],
    );
  });

  const output = (name: string) => outputs.get(name) ?? `no output ${name}`;

  afterAll(() => account.stop());

  /** The answer of an aws command; fails with what the CLI says, for instance that it cannot read the answer. */
  function aws(command: string, ...args: string[]): Answer {
    const { status, stdout, stderr } = spawnSync(join(programs ?? '', 'aws'), [...command.split(' '), ...args], {
      encoding: 'utf8',
      env: account.environment(),
    });
    if (status !== 0) throw new Error(`aws ${command}: ${stderr}`);
    return JSON.parse(stdout || '{}');
  }

  /** Runs a workflow on its example input; returns how it ended. `meanwhile` is called until then. */
  function run(workflow: string, meanwhile: (executionArn: string) => void = () => {}): Answer {
    const { executionArn = '' } = aws(
      'stepfunctions start-execution --name by-hand',
      '--state-machine-arn',
      `${MACHINES}${workflow}`,
      '--input',
      `file://events/${workflow}.json`,
    ) as { executionArn?: string };
    for (;;) {
      const execution = aws('stepfunctions describe-execution', '--execution-arn', executionArn);
      if (execution.status !== 'RUNNING') return execution;
      meanwhile(executionArn);
    }
  }

  it('runs pre-post-backup, and sees its history, the backup jobs, the instances and the scripts', () => {
    const execution = run('pre-post-backup');

    expect(execution).toMatchObject({ status: 'SUCCEEDED', name: 'by-hand' });
    const { events } = aws(
      'stepfunctions get-execution-history --reverse-order --max-items 1',
      '--execution-arn',
      String(execution.executionArn),
    );
    expect(events).toMatchObject([{ type: 'ExecutionSucceeded' }]);
    const { BackupJobs } = aws('backup list-backup-jobs --by-resource-type EC2');
    expect(BackupJobs?.map(({ State }) => State)).toEqual(Array(5).fill('COMPLETED'));
    const { Reservations } = aws('ec2 describe-instances --instance-ids i-0a1b2c3d4e5f60001');
    expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
      State: { Name: 'running' },
      Tags: expect.arrayContaining([{ Key: 'Name', Value: 'web-1' }]),
    });
    const { Commands } = aws('ssm list-commands --max-items 1');
    expect(Commands).toMatchObject([{ DocumentName: 'AWS-RunRemoteScript', Status: 'Success' }]);
  });

  it('runs efs-backup, and sees the file system and the recovery point', () => {
    const { status, output } = run('efs-backup');

    expect(status).toBe('SUCCEEDED');
    const { RecoveryPointArn } = JSON.parse(String(output));
    const { RecoveryPoints } = aws('backup list-recovery-points-by-backup-vault --backup-vault-name nightly');
    expect(RecoveryPoints?.map((point) => point.RecoveryPointArn)).toContain(RecoveryPointArn);
    const { FileSystems } = aws('efs describe-file-systems', '--file-system-id', FILE_SYSTEM);
    expect(FileSystems).toMatchObject([{ Name: 'shared-home', SizeInBytes: { Value: 214748364800 } }]);
  });

  it('runs efs-copy-restore, and sees the restored file system in the other region', () => {
    const { status, output } = run('efs-copy-restore');

    expect(status).toBe('SUCCEEDED');
    const { RestoredFileSystemId, CopyJobId } = JSON.parse(String(output));
    const { FileSystems } = aws(
      'efs describe-file-systems --region eu-central-1',
      '--file-system-id',
      RestoredFileSystemId,
    );
    expect(FileSystems).toMatchObject([{ Encrypted: true, LifeCycleState: 'available' }]);
    expect(aws('backup describe-copy-job', '--copy-job-id', CopyJobId).CopyJob).toMatchObject({ State: 'COMPLETED' });
  });

  it('runs dynamodb-table-operation, and sees the backup of the table', () => {
    const { status } = run('dynamodb-table-operation');

    expect(status).toBe('SUCCEEDED');
    const { BackupSummaries } = aws('dynamodb list-backups --table-name ParksAr');
    expect(BackupSummaries).toMatchObject([{ BackupStatus: 'AVAILABLE', BackupType: 'USER' }]);
  });

  it('runs dynamodb-swap-restore with its approval, and sees the table and the run record', () => {
    const answerTo = (executionArn: string): void => {
      aws(
        'lambda invoke',
        '--function-name',
        output('AnswerApprovalFunctionName'),
        '--payload',
        JSON.stringify({ RunId: executionArn, Approve: true }),
        '/dev/null',
      );
    };

    const { status, executionArn } = run('dynamodb-swap-restore', answerTo);

    expect(status).toBe('SUCCEEDED');
    const { Table } = aws('dynamodb describe-table --table-name ParksAr');
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', DeletionProtectionEnabled: true });
    const itemsOf = (runId: unknown) =>
      aws(
        'dynamodb query --key-condition-expression',
        'runId = :run',
        '--table-name',
        output('RunsTableName'),
        '--expression-attribute-values',
        JSON.stringify({ ':run': { S: runId } }),
      ).Items as Record<string, Record<string, unknown>>[];
    const record = itemsOf(itemsOf(executionArn)[0]?.newest?.S).find(({ item }) => item?.S === 'run');
    expect(record).toMatchObject({ outcome: { S: 'SUCCEEDED' }, approval: { M: { isApproved: { BOOL: true } } } });
  });

  it('runs efs-to-efs, and sees its instance, its run record and the file systems', () => {
    const started = join(account.folder, 'started.json');
    aws(
      'lambda invoke',
      '--function-name',
      output('EfsToEfsFunctionName'),
      '--payload',
      readFileSync('events/efs-to-efs.json', 'utf8'),
      started,
    );
    const { runId } = JSON.parse(readFileSync(started, 'utf8'));
    const key = JSON.stringify({ runId: { S: runId }, item: { S: 'run' } });
    const record = () => aws('dynamodb get-item', '--table-name', output('RunsTableName'), '--key', key).Item;

    let run = record();
    while (run?.open) run = record();

    expect(run).toMatchObject({
      outcome: { S: 'SUCCEEDED' },
      instance: { M: { instanceId: { S: expect.any(String) } } },
    });
    const { AutoScalingGroups } = aws('autoscaling describe-auto-scaling-groups');
    expect(AutoScalingGroups).toMatchObject([{ DesiredCapacity: 0, MaxSize: 1 }]);
    const { FileSystems } = aws('efs describe-file-systems');
    expect(FileSystems?.map(({ FileSystemId }) => FileSystemId)).toContain(output('EfsToEfsDestinationFileSystemId'));
  });

  it('reads rules and schedules, and gets in its own words what is wrong', () => {
    const { Rules } = aws('events list-rules --name-prefix backup-workflows-ResumeWait');
    expect(Rules?.[0]).toMatchObject({ State: 'ENABLED', EventPattern: expect.any(String) });
    const { Schedules } = aws('scheduler list-schedules');
    expect(Schedules?.[0]).toMatchObject({ State: 'DISABLED' });

    expect(() => aws('ec2 describe-instances --instance-ids i-00000000000000000')).toThrow(
      'InvalidInstanceID.NotFound',
    );
    expect(() => aws('backup describe-backup-vault --backup-vault-name none')).toThrow(/AccessDenied|ResourceNotFound/);
    expect(() => aws('ec2 describe-key-pairs')).toThrow('ec2:DescribeKeyPairs is not simulated.');
  });

  it('looks, as an operator would, at what functions wrote, at alarms, functions and queues, and at what was deployed', () => {
    const groups = aws('logs describe-log-groups').logGroups ?? [];
    const name =
      groups.map(({ logGroupName }) => String(logGroupName)).find((each) => each.includes('FunctionLogGroup')) ?? '';
    const { events } = aws(
      'logs filter-log-events',
      '--log-group-name',
      name,
      '--filter-pattern',
      '{ $.message = "Run finished" }',
    );
    expect(JSON.parse(String((events as Answer[] | undefined)?.[0]?.message))).toMatchObject({
      message: 'Run finished',
      runId: expect.any(String),
    });

    const { MetricAlarms = [] } = aws('cloudwatch describe-alarms --state-value OK');
    expect(MetricAlarms.length).toBeGreaterThan(0);
    const { Functions = [] } = aws('lambda list-functions');
    expect(Functions.length).toBeGreaterThan(50);
    // Version 1 of the AWS CLI goes to SQS by itself, whatever the environment says.
    const here = ['--endpoint-url', `http://127.0.0.1:${account.port}`];
    const { QueueUrls = [] } = aws('sqs list-queues', ...here);
    const failed = String(QueueUrls.find((url) => String(url).includes('FailedEvents')));
    const { Attributes } = aws('sqs get-queue-attributes --attribute-names All', '--queue-url', failed, ...here);
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '0', MessageRetentionPeriod: '1209600' });

    const { StackSummaries } = aws('cloudformation list-stacks');
    expect(StackSummaries).toMatchObject([{ StackName: 'backup-workflows', StackStatus: 'CREATE_COMPLETE' }]);
    const { StackEvents } = aws('cloudformation describe-stack-events --stack-name backup-workflows');
    expect(StackEvents?.[0]).toMatchObject({
      ResourceStatus: 'CREATE_COMPLETE',
      LogicalResourceId: 'backup-workflows',
    });
    expect(StackEvents?.at(-1)).toMatchObject({ ResourceStatus: 'CREATE_IN_PROGRESS' });
  });

  it('reads that S3 is not served', () => {
    expect(() => aws('s3api list-buckets')).toThrow('The service s3 is not served.');
  });
});

/** The pinned AWS CLI, installed where it is missing. Without Python or a registry nothing is tested, and that is said. */
function installed(): string | undefined {
  try {
    return pythonPrograms('aws-cli');
  } catch (error) {
    process.stderr.write(`The AWS CLI is not tested against the simulated account: ${(error as Error).message}\n`);
    return undefined;
  }
}
