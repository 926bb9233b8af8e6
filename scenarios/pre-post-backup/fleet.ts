import type { Execution } from '../../simulator/asl/execution';
import { Simulation, type SimulationOptions, type SimulationResult } from '../simulation';
import type { World } from '../world';

type WorldInstance = NonNullable<World['instances']>[number];

/** One line of the workflow's result. */
export interface InstanceLine {
  InstanceId: string;
  PreBackupScriptStatus: string;
  StopEc2InstanceStatus: string;
  BackupJobStatus: string;
  StartEc2InstanceStatus: string;
  PostBackupScriptStatus: string;
  FailureMessage: string;
  Warning?: string;
  RecoveryPointArn?: string;
  DowntimeSeconds?: number;
}

interface Report {
  RunId: string;
  Targets: number;
  Succeeded: number;
  Failed: number;
  StartedAt: string;
  FinishedAt: string;
  Warnings?: string[];
  Instances?: InstanceLine[];
  ResultsTable?: { TableName: string; RunId: string };
}

/** What happened to an instance, in order: `pre.sh`, `stopping`, `backup COMPLETED` and so on, with the time of each. */
interface Happening {
  at: number;
  what: string;
}

const WORKFLOW = 'pre-post-backup';
export const VAULT = 'nightly';
export const ROLE_ARN = 'arn:aws:iam::111122223333:role/backup-role';
export const TAG = { 'backup-job': 'true' };
const DAY_SECONDS = 24 * 3600;
/** Short, because every look at a job costs a test real time. */
const JOB_SECONDS = 60;

/** The id of a test's instance: `instanceId(7)` is `i-00000000000000007`. */
export function instanceId(number: number): string {
  return `i-${String(number).padStart(17, '0')}`;
}

/** Tagged instances that run, one for each part of a declaration: `[{}, { State: 'stopped' }]`. */
export function instances(declared: Partial<WorldInstance>[]): WorldInstance[] {
  return declared.map((part, index) => ({ InstanceId: instanceId(index + 1), Tags: TAG, ...part }));
}

/** So many instances that are all alike. */
export function alike(count: number, part: Partial<WorldInstance> = {}): WorldInstance[] {
  return instances(Array.from({ length: count }, () => part));
}

export function script(name: string, details: object = {}): object {
  return { SourceS3Path: `https://scripts.s3.amazonaws.com/${name}`, CommandToRun: name, ...details };
}

export const PRE = { PreBackupScriptDetails: script('pre.sh') };
export const POST = { PostBackupScriptDetails: script('post.sh') };
export const BACKUP = { BackupVaultName: VAULT, IamRoleArn: ROLE_ARN };

/** An input that selects by tag and only backs up; `more` adds to it or replaces parts of it. */
export function inputByTag(more: object = {}): object {
  return { TargetEC2TagKey: 'backup-job', TargetEC2TagValue: 'true', BackupDetails: BACKUP, ...more };
}

export function inputByIds(ids: string[], more: object = {}): object {
  return { TargetEC2Instances: ids, BackupDetails: BACKUP, ...more };
}

/** Every part of the pipeline. */
export const EVERYTHING = { StartStopEC2Required: true, RemoteRunCommandDetails: { ...PRE, ...POST } };

let current: Fleet | undefined;

/** For afterEach: gives the process its real time back. */
export function closeFleet(): void {
  current?.simulation.close();
  current = undefined;
}

/** An account with instances, a vault and a role, and the stack in it. */
export class Fleet {
  private readonly stateChanges = new Map<string, Happening[]>();

  private constructor(readonly simulation: Simulation) {
    const { clock } = simulation.account;
    for (const instance of simulation.region.ec2.allInstances()) {
      const changes: Happening[] = [];
      this.stateChanges.set(instance.id, changes);
      instance.onStateChange(() => changes.push({ at: clock.now, what: instance.state }));
    }
  }

  /** Jobs take a minute if the world does not say. Close it with closeFleet. */
  static async open(world: World, options: Omit<SimulationOptions, 'world'> = {}): Promise<Fleet> {
    const { parameters, ...rest } = world;
    const simulation = await Simulation.open({
      world: {
        vaults: [{ BackupVaultName: VAULT }],
        roles: [
          {
            RoleName: 'backup-role',
            TrustedServices: ['backup.amazonaws.com'],
            ManagedPolicies: ['arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup'],
          },
        ],
        ...rest,
        backupJobs: [...(rest.backupJobs ?? []), { Resource: '*', State: 'COMPLETED', DurationSeconds: JOB_SECONDS }],
        parameters: { AdditionalBackupRoleArns: ROLE_ARN, ...parameters },
      },
      ...options,
    });
    current = new Fleet(simulation);
    return current;
  }

  get region() {
    return this.simulation.region;
  }

  /** Runs the workflow to its end, and whatever follows it. */
  async run(input: unknown, name?: string): Promise<Run> {
    const execution = this.simulation.start(WORKFLOW, input, name);
    await this.simulation.finish(execution);
    return new Run(this, execution);
  }

  /** Lets so many virtual seconds pass. */
  async pass(seconds: number): Promise<void> {
    const { clock } = this.simulation.account;
    await clock.runUntil(clock.sleep(seconds), seconds + 1);
  }

  /** Waits until what a trigger started is over, and returns the runs of it. */
  async triggeredRuns(): Promise<Run[]> {
    const { clock } = this.simulation.account;
    await clock.runUntil(() => this.executions().length > 0 && this.simulation.isQuiet(), 30 * DAY_SECONDS);
    return this.executions().map((execution) => new Run(this, execution));
  }

  /** Executions of the workflow itself, without those of its groups. */
  executions(): Execution[] {
    return [...this.region.stepFunctions.executions.values()].filter(
      ({ stateMachineArn }) =>
        stateMachineArn === this.simulation.stack.resource('PrePostBackupStateMachine').physicalId,
    );
  }

  jobs() {
    return this.region.backup.ListBackupJobs({}).BackupJobs ?? [];
  }

  commands() {
    return this.region.ssm.ListCommands({}).Commands ?? [];
  }

  stateOf(id: string): string | undefined {
    return this.region.ec2.instance(id)?.state;
  }

  /** What happened to an instance, in order. */
  happenings(id: string): Happening[] {
    const scripts = this.region.ssm.ranScripts
      .filter((ran) => ran.instanceId === id)
      .map((ran) => ({ at: ran.startedAt.getTime(), what: ran.commandLine }));
    const jobs = this.jobs()
      .filter(({ ResourceArn }) => ResourceArn?.endsWith(id))
      .flatMap(({ CreationDate, CompletionDate, State }) => [
        { at: CreationDate?.getTime() ?? 0, what: 'backup' },
        ...(CompletionDate ? [{ at: CompletionDate.getTime(), what: `backup ${State}` }] : []),
      ]);
    return [...scripts, ...jobs, ...(this.stateChanges.get(id) ?? [])].sort((a, b) => a.at - b.at);
  }

  /** The same without the times. */
  story(id: string): string[] {
    return this.happenings(id).map(({ what }) => what);
  }

  /** When something happened to an instance for the first time, in virtual milliseconds. */
  timeOf(id: string, what: string): number {
    const found = this.happenings(id).find((happening) => happening.what === what);
    if (!found) throw new Error(`${id} has no "${what}" in: ${this.story(id).join(', ')}`);
    return found.at;
  }

  /** How often the account was asked to change something of the customer's. */
  changingCalls(): string[] {
    const changing = [
      'ec2:StopInstances',
      'ec2:StartInstances',
      'ssm:SendCommand',
      'ssm:CancelCommand',
      'backup:StartBackupJob',
    ];
    return this.simulation.account.endpoint.calls.map(({ call }) => call).filter((call) => changing.includes(call));
  }

  get notifications() {
    return this.region.sns.published;
  }
}

/** A run that is over. */
export class Run {
  private readonly result: SimulationResult;

  constructor(
    private readonly fleet: Fleet,
    readonly execution: Execution,
  ) {
    this.result = fleet.simulation.result(WORKFLOW, execution);
  }

  get status(): string {
    return this.execution.status;
  }

  get error(): string | undefined {
    return this.execution.error;
  }

  get cause(): string {
    return this.execution.cause ?? '';
  }

  get seconds(): number {
    return this.result.durationSeconds;
  }

  /** The run's item in the runs table. */
  get record(): Record<string, unknown> & { report: Report } {
    return this.fleet.simulation.runRecord(this.execution) as Record<string, unknown> & { report: Report };
  }

  get output(): Report {
    return this.result.output as Report;
  }

  get lines(): InstanceLine[] {
    return this.record.report.Instances ?? [];
  }

  line(id: string): InstanceLine {
    const line = this.lines.find(({ InstanceId }) => InstanceId === id);
    if (!line) throw new Error(`There is no line about ${id} in the report.`);
    return line;
  }
}
