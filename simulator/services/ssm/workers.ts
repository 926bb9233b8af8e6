import { createHash } from 'node:crypto';
import { marshall } from '@aws-sdk/util-dynamodb';
import { SimulatorError } from '../../errors';
import type { Region } from '../../region';
import type { Caller, Service } from '../../service';
import type { Ec2Instance } from '../ec2/instance';
import { carryOut, mountProblem, type Report, type Request } from './work';

/** What a worker does, as a world file declares it: each request takes the first entry that fits and is not used up. */
export interface WorldWork {
  Action?: 'backup' | 'restore' | 'preview' | 'verify';
  Outcome?: 'COMPLETED' | 'STOPPED' | 'FAILED';
  Reason?: string;
  Message?: string;
  /** How long it works. */
  Seconds?: number;
  /** How long it takes to stop when it is asked to; `never` if it does not listen. */
  StopSeconds?: number | 'never';
  Files?: number;
  Bytes?: number;
  FilesTransferred?: number;
  BytesTransferred?: number;
  FilesVanished?: number;
  /** It hangs after so many seconds: no progress any more, no end, no ear for a request to stop. */
  SilentAfterSeconds?: number;
  /** Where its report arrives: in the run's item and in SSM's output, in the output only, or nowhere. */
  Report?: 'everywhere' | 'output' | 'nowhere';
  /** How many requests go like this; by default 1. */
  Times?: number | 'always';
}

interface Process {
  runId: string;
  isOver: boolean;
  stop?: () => void;
  onEnd: (() => void)[];
}

const PROGRAM = /^exec python3 \S+ '([A-Za-z0-9+/=]+)'$/m;
const PROGRESS_SECONDS = 30;
/** How often it looks whether it is to stop. */
const LISTENING_SECONDS = 10;
const EXIT_CODES = { COMPLETED: 0, FAILED: 1, STOPPED: 3 };
const INVALID_REQUEST = 2;
const ALREADY_RUNNING = 4;

/**
 * The stand-in for the program that copies: it fetches itself from S3, reports progress, changes the simulated file
 * systems and reports its end, all with the rights of its instance's role. What happens to files in detail is what the
 * tests of the real program show.
 */
export class Workers {
  private works: WorldWork[] = [];
  private readonly processes = new Map<string, Process>();
  /** Every request that came to a worker, in order. */
  readonly requests: { instanceId: string; request: Request }[] = [];

  constructor(private readonly region: Region) {}

  load(works: WorldWork[]): void {
    this.works = works.map((work) => ({ ...work }));
  }

  /** What is left of the declared works. */
  snapshot(): WorldWork[] {
    return this.works.filter(({ Times }) => Times !== 0).map((work) => ({ ...work }));
  }

  /** Whether a script's last line starts a worker. */
  runs(commandLine: string): boolean {
    return PROGRAM.test(commandLine);
  }

  /** Runs the worker on an instance; `end` hears its exit code and standard output, unless the instance dies before. */
  start(instance: Ec2Instance, commandLine: string, end: (exitCode: number, output: string) => void): void {
    const boot = instance.stateSince;
    const isAlive = () => instance.state === 'running' && instance.stateSince === boot;
    const finish = (exitCode: number, output: string) => {
      if (isAlive()) end(exitCode, output);
    };
    const request = JSON.parse(
      Buffer.from(PROGRAM.exec(commandLine)?.[1] ?? '', 'base64').toString() || '{}',
    ) as Request;
    this.requests.push({ instanceId: instance.id, request });
    const run =
      request.action === 'stop' ? this.stop(instance, request) : this.work(instance, request, commandLine, isAlive);
    run
      .then(({ exitCode, output }) => finish(exitCode, output))
      .catch((error) => this.region.account.clock.fail(error));
  }

  private async stop(instance: Ec2Instance, request: Request) {
    const process = this.processes.get(instance.id);
    const { clock } = this.region.account;
    if (process?.runId === request.runId && !process.isOver) {
      const ended = new Promise<void>((resolve) => process.onEnd.push(resolve));
      process.stop?.();
      await Promise.race([ended, clock.sleep(request.waitSeconds ?? 0)]);
    }
    return { exitCode: 0, output: '' };
  }

  private async work(instance: Ec2Instance, request: Request, commandLine: string, isAlive: () => boolean) {
    const { clock } = this.region.account;
    const before = this.processes.get(instance.id);
    if (before && !before.isOver) return { exitCode: ALREADY_RUNNING, output: '' };
    const work = this.nextWork(request.action);
    const process: Process = { runId: request.runId, isOver: false, onEnd: [] };
    this.processes.set(instance.id, process);
    try {
      await this.fetch(instance, commandLine);
    } catch (error) {
      process.isOver = true;
      return { exitCode: 1, output: `${(error as Error).message}` };
    }
    const unmounted = mountProblem(this.region, request, this.callerOn(instance));
    if (unmounted) {
      await this.tell(instance, request, work, unmounted);
      process.isOver = true;
      return { exitCode: EXIT_CODES.FAILED, output: `REPORT ${JSON.stringify(unmounted)}\n` };
    }
    const stopsAt = Math.min(clock.now + (work.Seconds ?? 1200) * 1000, Date.parse(request.stopAt));
    const isStopped = await this.copy(instance, request, work, process, stopsAt, isAlive);
    const outcome = isStopped ? 'STOPPED' : (work.Outcome ?? 'COMPLETED');
    const report = isAlive() ? carryOut(this.region, request, work, outcome) : undefined;
    if (report) await this.tell(instance, request, work, report);
    process.isOver = true;
    for (const listener of process.onEnd) listener();
    if (!report) return { exitCode: 1, output: '' };
    const exitCode = report.reason === 'InvalidRequest' ? INVALID_REQUEST : EXIT_CODES[report.outcome];
    return { exitCode, output: work.Report === 'nowhere' ? '' : `REPORT ${JSON.stringify(report)}\n` };
  }

  /** Progress until the end, or until somebody wants it to stop; true if it was stopped before its time. */
  private async copy(
    instance: Ec2Instance,
    request: Request,
    work: WorldWork,
    process: Process,
    stopsAt: number,
    isAlive: () => boolean,
  ): Promise<boolean> {
    const { clock } = this.region.account;
    const startedAt = clock.now;
    const total = (work.Seconds ?? 1200) * 1000;
    let end = stopsAt;
    let isStopped = end < startedAt + total;
    process.stop = () => {
      if (work.StopSeconds === 'never' || isSilent()) return;
      end = Math.min(end, clock.now + (work.StopSeconds ?? 20) * 1000);
      isStopped = end < startedAt + total;
    };
    const isSilent = () =>
      work.SilentAfterSeconds !== undefined && clock.now - startedAt >= work.SilentAfterSeconds * 1000;
    let nextProgressAt = startedAt;
    while (isAlive() && (clock.now < end || isSilent())) {
      if (!isSilent() && clock.now >= nextProgressAt) {
        nextProgressAt = clock.now + PROGRESS_SECONDS * 1000;
        const share = Math.min(1, (clock.now - startedAt) / total);
        const progress = {
          phase: 'copy',
          files: Math.round((work.Files ?? 1000) * share),
          bytes: Math.round((work.Bytes ?? 1_000_000_000) * share),
          share,
          updatedAt: Math.floor(clock.now / 1000),
        };
        await this.update(instance, request, { progress });
      }
      const left = (end - clock.now) / 1000;
      await clock.sleep(isSilent() ? PROGRESS_SECONDS : Math.min(LISTENING_SECONDS, Math.max(0.1, left)));
    }
    return isStopped;
  }

  private async tell(instance: Ec2Instance, request: Request, work: WorldWork, report: Report): Promise<void> {
    const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(request.logUri) ?? [];
    const log = { Bucket: bucket, Key: `${prefix}worker.log`, Body: Buffer.from(JSON.stringify(report)) };
    await this.call(instance, this.region.s3, 'PutObject', log).catch(ignoreRefusal);
    if ((work.Report ?? 'everywhere') === 'everywhere') await this.update(instance, request, { workerReport: report });
  }

  /** Into the run's item, as long as the run is not over. The real one logs a refusal and works on, too. */
  private async update(instance: Ec2Instance, request: Request, fields: Record<string, object>): Promise<void> {
    const [[name, value]] = Object.entries(fields) as [[string, object]];
    const input = {
      TableName: request.tableName,
      Key: marshall({ runId: request.runId, item: 'run' }),
      UpdateExpression: `SET ${name} = :value`,
      ConditionExpression: 'attribute_exists(runId) AND attribute_not_exists(finishedAt)',
      ExpressionAttributeValues: marshall({ ':value': value }, { removeUndefinedValues: true }),
    };
    await this.call(instance, this.region.dynamodb, 'UpdateItem', input).catch(ignoreRefusal);
  }

  private async fetch(instance: Ec2Instance, commandLine: string): Promise<void> {
    const [, bucket, key] = /'s3:\/\/([^/]+)\/([^']+)'/.exec(commandLine) ?? [];
    const wanted = /'([0-9a-f]{64})/.exec(commandLine)?.[1];
    const { Body } = (await this.call(instance, this.region.s3, 'GetObject', { Bucket: bucket, Key: key })) as {
      Body: Uint8Array;
    };
    if (createHash('sha256').update(Body).digest('hex') !== wanted) throw new Error(`${key}: FAILED`);
  }

  private call(instance: Ec2Instance, service: Service, operation: string, input: object): Promise<unknown> {
    return this.region.account.endpoint.request(service, operation, input, this.callerOn(instance));
  }

  private callerOn({ id, roleArn }: Ec2Instance): Caller {
    if (!roleArn) throw new SimulatorError(`The worker on ${id} has no instance profile.`);
    return { principalArn: roleArn, accountId: this.region.account.id };
  }

  private nextWork(action: string): WorldWork {
    const work = this.works.find(
      ({ Action, Times = 1 }) => (Action ?? action) === action && (Times === 'always' || Times > 0),
    );
    if (!work) return {};
    if (work.Times !== 'always') work.Times = (work.Times ?? 1) - 1;
    return work;
  }
}

/** What AWS refuses, or never answers, does not end the worker; a gap of the simulation does. */
function ignoreRefusal(error: unknown): void {
  if (error instanceof SimulatorError) throw error;
}
