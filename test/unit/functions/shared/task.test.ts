import { createSocket } from 'node:dgram';
import type { Context } from 'aws-lambda';

const RUN = 'arn:aws:states:eu-west-1:111122223333:execution:nightly-efs-backup-undo:run-1/2026-11-20T22:00:00.000Z';
const HEADER = 'Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1';
const context = {} as Context;

interface Subsegment {
  trace_id: string;
  parent_id: string;
  type: string;
  annotations: Record<string, string>;
}

/** The function, with what Lambda gives it in its environment. */
function load(env: Record<string, string>) {
  Object.assign(process.env, { STACK_NAME: 'nightly', POWERTOOLS_DEV: 'true', AWS_LAMBDA_FUNCTION_NAME: 'f', ...env });
  jest.resetModules();
  const { task } = require('../../../../functions/shared/task') as typeof import('../../../../functions/shared/task');
  const { logger } =
    require('../../../../functions/shared/logger') as typeof import('../../../../functions/shared/logger');
  return { task, logger };
}

afterEach(() => {
  jest.restoreAllMocks();
  for (const name of ['AWS_XRAY_DAEMON_ADDRESS', '_X_AMZN_TRACE_ID', 'POWERTOOLS_DEV', 'STACK_NAME'])
    delete process.env[name];
});

describe('A task of a run', () => {
  it('has run, workflow and item in each of its log lines, also when it fails, and in no line of another run', async () => {
    const { task, logger } = load({});
    const lines: Record<string, unknown>[] = [];
    for (const level of ['info', 'error'] as const)
      jest
        .spyOn(console, level)
        .mockImplementation((...line: unknown[]) => void lines.push(JSON.parse(String(line[0]))));
    const handler = task(async ({ fails }: { runId?: string; shard?: number; fails?: boolean }) => {
      logger.info('working');
      if (fails) throw new Error('no');
    });

    await handler({ runId: RUN, shard: 3 }, context);
    await handler({}, context);
    await expect(handler({ runId: RUN, fails: true }, context)).rejects.toThrow('no');

    const keys = lines.map(({ message, runId, workflow, item }) => ({ message, runId, workflow, item }));
    const ofRun = { runId: RUN, workflow: 'efs-backup', item: undefined };
    expect(keys).toEqual([
      { ...ofRun, message: 'working', item: 'shard 3' },
      { message: 'working' },
      { ...ofRun, message: 'working' },
      { ...ofRun, message: 'The task failed' },
    ]);
    expect(lines[0]).toMatchObject({ level: 'INFO', service: 'backup-workflows', function_name: 'f' });
  });

  it('tells X-Ray for which run it works, where a trace is sampled', async () => {
    const daemon = createSocket('udp4');
    await new Promise<void>((resolve) => daemon.bind(0, '127.0.0.1', resolve));
    const received = new Promise<string>((resolve) => daemon.once('message', (text) => resolve(String(text))));
    const AWS_XRAY_DAEMON_ADDRESS = `127.0.0.1:${daemon.address().port}`;
    const { task } = load({ AWS_XRAY_DAEMON_ADDRESS, _X_AMZN_TRACE_ID: HEADER });
    await task(async () => 'done')({ runId: RUN, instanceId: 'i-1' } as object, context);

    const [head = '', body = ''] = (await received).split('\n');
    daemon.close();
    expect(JSON.parse(head)).toEqual({ format: 'json', version: 1 });
    const subsegment = JSON.parse(body) as Subsegment;
    expect(subsegment).toMatchObject({
      type: 'subsegment',
      trace_id: '1-67891233-abcdef012345678912345678',
      parent_id: '53995c3f42cd8ad8',
      annotations: { runId: RUN, workflow: 'efs-backup', item: 'i-1' },
    });
  });

  it('works without a daemon, and without a trace', async () => {
    const { task } = load({ AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:1' });
    expect(await task(async () => 'done')({ runId: RUN } as object, context)).toBe('done');
    const traced = load({ AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:1', _X_AMZN_TRACE_ID: HEADER });
    expect(await traced.task(async () => 'done')({ runId: RUN } as object, context)).toBe('done');
  });
});
