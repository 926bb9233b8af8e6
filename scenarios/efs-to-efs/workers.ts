import { createHash } from 'node:crypto';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Account } from '../../simulator/account';
import { SimulatorError } from '../../simulator/errors';
import type { InstanceProcess } from '../../simulator/services/ssm/programs';
import type { World, WorldCopy, WorldResources, WorldWork } from '../world';
import { requestProblems } from './request-check';
import { carryOut, mountProblem, type Place, type Report, type Request } from './work';

/** A worker that runs, by its instance. */
interface Working {
  runId: string;
  isOver: boolean;
  stop?: () => void;
  onEnd: (() => void)[];
}

const PROGRAM = /^exec .*python3 \S+ '([A-Za-z0-9+/=]+)'$/m;
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
  /** What is left of the declared works, by account. */
  private readonly works = new Map<string, WorldWork[]>();
  private readonly copies = new Map<string, WorldCopy[]>();
  private readonly working = new Map<string, Working>();
  /** Every request that came to a worker, in order. */
  readonly requests: { instanceId: string; request: Request }[] = [];

  constructor(
    private readonly account: Account,
    world: World,
  ) {
    this.load(account.id, world);
    for (const [id, resources] of Object.entries(world.otherAccounts ?? {})) this.load(id, resources);
    account.programs.register(PROGRAM, (process) => this.run(process));
  }

  private load(accountId: string, { works = [], fileSystems = [] }: WorldResources): void {
    this.works.set(
      accountId,
      works.map((work) => ({ ...work })),
    );
    for (const { FileSystemId, Copies = [] } of fileSystems) this.copies.set(FileSystemId, [...Copies]);
  }

  /** The copies on a file system, the newest first. */
  copiesOn(fileSystemId = ''): WorldCopy[] {
    const copies = this.copies.get(fileSystemId) ?? [];
    this.copies.set(fileSystemId, copies);
    return copies;
  }

  /** What is left of the works that were declared for an account. */
  worksOf(accountId: string): WorldWork[] {
    return (this.works.get(accountId) ?? []).filter(({ Times }) => Times !== 0).map((work) => ({ ...work }));
  }

  private async run(process: InstanceProcess): Promise<{ exitCode: number; output: string }> {
    const request = JSON.parse(
      Buffer.from(PROGRAM.exec(process.commandLine)?.[1] ?? '', 'base64').toString() || '{}',
    ) as Request;
    this.requests.push({ instanceId: process.instance.id, request });
    const problems = requestProblems(request);
    if (problems.length > 0) {
      const report: Report = { outcome: 'FAILED', reason: 'InvalidRequest', message: problems.join(' ') };
      return { exitCode: INVALID_REQUEST, output: `REPORT ${JSON.stringify(report)}\n` };
    }
    return request.action === 'stop' ? this.stop(process, request) : this.work(process, request);
  }

  private async stop({ instance }: InstanceProcess, request: Request) {
    const working = this.working.get(instance.id);
    const { clock } = this.account;
    if (working?.runId === request.runId && !working.isOver) {
      const ended = new Promise<void>((resolve) => working.onEnd.push(resolve));
      working.stop?.();
      await Promise.race([ended, clock.sleep(request.waitSeconds ?? 0)]);
    }
    return { exitCode: 0, output: '' };
  }

  private async work(process: InstanceProcess, request: Request) {
    const { clock } = this.account;
    const { region, instance } = process;
    const before = this.working.get(instance.id);
    if (before && !before.isOver) return { exitCode: ALREADY_RUNNING, output: '' };
    const work = this.nextWork(region.account.id, request.action);
    const working: Working = { runId: request.runId, isOver: false, onEnd: [] };
    this.working.set(instance.id, working);
    try {
      await this.fetch(process);
    } catch (error) {
      working.isOver = true;
      return { exitCode: 1, output: `${(error as Error).message}` };
    }
    const unmounted = mountProblem(region, request, process.caller);
    if (unmounted) {
      await this.tell(process, request, work, unmounted);
      working.isOver = true;
      return { exitCode: EXIT_CODES.FAILED, output: `REPORT ${JSON.stringify(unmounted)}\n` };
    }
    const wouldEndAt = Math.floor(clock.now / 1000) + (work.Seconds ?? 1200);
    const stopAt = request.stopAt ? Date.parse(request.stopAt) : Number.POSITIVE_INFINITY;
    const stopsAt = Math.min(clock.now + (work.Seconds ?? 1200) * 1000, stopAt);
    const isStopped = await this.copy(process, request, work, working, stopsAt);
    const outcome = isStopped ? 'STOPPED' : (work.Outcome ?? 'COMPLETED');
    const place: Place = { region, copiesOn: (id) => this.copiesOn(id) };
    const report = process.isAlive ? carryOut(place, request, work, outcome) : undefined;
    if (report && isStopped) report.wouldEndAt = wouldEndAt;
    if (report) await this.tell(process, request, work, report);
    working.isOver = true;
    for (const listener of working.onEnd) listener();
    if (!report) return { exitCode: 1, output: '' };
    const exitCode = report.reason === 'InvalidRequest' ? INVALID_REQUEST : EXIT_CODES[report.outcome];
    return { exitCode, output: work.Report === 'nowhere' ? '' : `REPORT ${JSON.stringify(report)}\n` };
  }

  /** Progress until the end, or until it is asked to stop; true if it was stopped before its time. */
  private async copy(
    process: InstanceProcess,
    request: Request,
    work: WorldWork,
    working: Working,
    stopsAt: number,
  ): Promise<boolean> {
    const { clock } = this.account;
    const startedAt = clock.now;
    const total = (work.Seconds ?? 1200) * 1000;
    let end = stopsAt;
    let isStopped = end < startedAt + total;
    working.stop = () => {
      if (work.StopSeconds === 'never' || isSilent()) return;
      end = Math.min(end, clock.now + (work.StopSeconds ?? 20) * 1000);
      isStopped = end < startedAt + total;
    };
    const isSilent = () =>
      work.SilentAfterSeconds !== undefined && clock.now - startedAt >= work.SilentAfterSeconds * 1000;
    let nextProgressAt = startedAt;
    while (process.isAlive && (clock.now < end || isSilent())) {
      if (!isSilent() && clock.now >= nextProgressAt) {
        nextProgressAt = clock.now + PROGRESS_SECONDS * 1000;
        const share = Math.min(1, (clock.now - startedAt) / total);
        const progress = {
          phase: 'copy',
          files: Math.round((work.Files ?? 1000) * share),
          bytes: Math.round((work.Bytes ?? 1_000_000_000) * share),
          share,
          updatedAt: Math.floor(clock.now / 1000),
          ...(share > 0 && { expectedEndAt: Math.floor((startedAt + total) / 1000) }),
        };
        await this.update(process, request, { progress });
      }
      const left = (end - clock.now) / 1000;
      await clock.sleep(isSilent() ? PROGRESS_SECONDS : Math.min(LISTENING_SECONDS, Math.max(0.1, left)));
    }
    return isStopped;
  }

  private async tell(process: InstanceProcess, request: Request, work: WorldWork, report: Report): Promise<void> {
    const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(request.logUri) ?? [];
    const log = { Bucket: bucket, Key: `${prefix}worker.log`, Body: Buffer.from(JSON.stringify(report)) };
    await process.call(process.region.s3, 'PutObject', log).catch(ignoreRefusal);
    if ((work.Report ?? 'everywhere') === 'everywhere') await this.update(process, request, { workerReport: report });
  }

  /** Into the run's item, as long as the run is not over. The real one logs a refusal and works on, too. */
  private async update(process: InstanceProcess, request: Request, fields: Record<string, object>): Promise<void> {
    const [[name, value]] = Object.entries(fields) as [[string, object]];
    const input = {
      TableName: request.tableName,
      Key: marshall({ runId: request.runId, item: 'run' }),
      UpdateExpression: `SET ${name} = :value`,
      ConditionExpression: 'attribute_exists(runId) AND attribute_not_exists(finishedAt)',
      ExpressionAttributeValues: marshall({ ':value': value }, { removeUndefinedValues: true }),
    };
    await process.call(process.region.dynamodb, 'UpdateItem', input).catch(ignoreRefusal);
  }

  private async fetch(process: InstanceProcess): Promise<void> {
    const [, bucket, key] = /'s3:\/\/([^/]+)\/([^']+)'/.exec(process.commandLine) ?? [];
    const wanted = /'([0-9a-f]{64})/.exec(process.commandLine)?.[1];
    const { Body } = (await process.call(process.region.s3, 'GetObject', { Bucket: bucket, Key: key })) as {
      Body: Uint8Array;
    };
    if (createHash('sha256').update(Body).digest('hex') !== wanted) throw new Error(`${key}: FAILED`);
  }

  private nextWork(accountId: string, action: string): WorldWork {
    const work = this.works
      .get(accountId)
      ?.find(({ Action, Times = 1 }) => (Action ?? action) === action && (Times === 'always' || Times > 0));
    if (!work) return {};
    if (work.Times !== 'always') work.Times = (work.Times ?? 1) - 1;
    return work;
  }
}

/** What AWS refuses, or never answers, does not end the worker; a gap of the simulation does. */
function ignoreRefusal(error: unknown): void {
  if (error instanceof SimulatorError) throw error;
}
