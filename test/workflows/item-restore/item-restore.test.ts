import {
  cameAndWent,
  changedSince,
  deleted,
  inputOf,
  inserted,
  items,
  keysIn,
  linesIn,
  MIXED,
  open,
  overwritten,
  product,
  report,
  rewritten,
  run,
  WORKFLOW,
  worldOf,
} from '../../../scenarios/item-restore/items';
import { brokenAtTheEnd, Promises } from '../../../scenarios/item-restore/promises';
import type { Simulation } from '../../../scenarios/simulation';
import type { Execution } from '../../../simulator/asl/execution';

const notifications = (simulation: Simulation) => simulation.region.sns.published.map(({ message }) => message);

/** A run that is watched from its start to its end. */
async function watched(
  setup: Parameters<typeof open>[0] & { input?: unknown },
  assess: (simulation: Simulation, execution: Execution, promises: Promises) => void,
) {
  const simulation = await open(setup);
  try {
    const promises = new Promises(simulation);
    const execution = simulation.start(WORKFLOW, setup.input ?? inputOf());
    await simulation.finish(execution);
    assess(simulation, execution, promises);
    expect(brokenAtTheEnd(simulation, promises)).toEqual([]);
  } finally {
    simulation.close();
  }
}

describe('A window of bad writes', () => {
  it('is undone in the live table, and nothing else changes', async () => {
    await watched({}, (simulation, execution, promises) => {
      expect(execution.status).toBe('SUCCEEDED');
      expect(items(simulation)).toEqual({
        ...Object.fromEntries(['untouched', 'a', 'b', 'd'].map((sku) => [sku, product(sku)])),
        before: product('before', { Price: 11 }),
        after: product('after', { Price: 12 }),
        e: product('e', { Price: 0, Batch: 'x', Stock: 5 }),
      });
      expect(report(execution)).toMatchObject({ Restored: 4, NotRestored: { 'written after the window': 1 } });
      expect(promises.writes).toBe(4);
    });
  });

  it('says what was written again after it, with its images', async () => {
    await watched({}, (simulation) => {
      const [file = ''] = keysIn(simulation, /not-restored/);
      const told = linesIn(simulation, file).filter(({ reason }) => reason === 'written after the window');
      expect(told).toEqual([
        expect.objectContaining({
          keys: { Sku: { S: 'e' } },
          old: expect.objectContaining({ Price: { N: '10' } }),
          new: expect.objectContaining({ Price: { N: '0' } }),
          now: expect.objectContaining({ Stock: { N: '5' } }),
        }),
      ]);
    });
  });

  it('is overwritten where it was written again, on demand, with the later write in the journal', async () => {
    await watched({ input: inputOf({ OnConflict: 'Overwrite' }) }, (simulation, execution) => {
      expect(items(simulation).e).toEqual(product('e'));
      expect(report(execution).NotRestored).toEqual({ 'cannot be decided': 1 });
    });
  });

  it('is merged: later changes of other attributes stay', async () => {
    await watched({ input: inputOf({ OnConflict: 'Merge' }) }, (simulation) => {
      expect(items(simulation).e).toEqual(product('e', { Stock: 5 }));
    });
  });

  it('is not touched at all when there are conflicts and OnConflict is Fail', async () => {
    await watched({ input: inputOf({ OnConflict: 'Fail' }) }, (_simulation, execution, promises) => {
      expect(execution.error).toBe('ConflictsFoundError');
      expect(promises.writes).toBe(0);
    });
  });

  it('of 15 minutes and more takes one export', async () => {
    const input = inputOf({ From: '2026-11-20T02:10:00Z', To: '2026-11-20T02:25:00Z' });
    await run({ pasts: [overwritten('a'), deleted('b')], input }, (simulation, execution) => {
      expect(items(simulation)).toEqual({ a: product('a'), b: product('b') });
      expect(report(execution).Restored).toBe(2);
      expect(simulation.account.endpoint.callCounts()['dynamodb:ExportTableToPointInTime']).toBe(1);
    });
  });

  it('of three days is cut into pieces, and the first image counts', async () => {
    const pasts = [
      {
        sku: 'a',
        was: [
          ['2026-11-17T03:00:00Z', product('a')],
          ['2026-11-18T03:00:00Z', product('a', { Price: 1 })],
          ['2026-11-19T09:00:00Z', product('a', { Price: 2 })],
        ] as [string, ReturnType<typeof product>][],
        is: product('a', { Price: 3 }),
      },
    ];
    const input = inputOf({ From: '2026-11-17T00:00:00Z', To: '2026-11-20T00:00:00Z' });
    await run({ pasts, input }, (simulation) => {
      expect(items(simulation)).toEqual({ a: product('a') });
      expect(simulation.account.endpoint.callCounts()['dynamodb:ExportTableToPointInTime']).toBe(3);
    });
  });

  it('includes its first second and not its last', async () => {
    const pasts = [
      overwritten('first', '2026-11-20T02:14:00Z'),
      { ...overwritten('last', '2026-11-20T02:15:00Z'), sku: 'last' },
    ];
    await run({ pasts }, (simulation) => {
      expect(items(simulation).first).toEqual(product('first'));
      expect(items(simulation).last).toEqual(product('last', { Price: 0, Batch: 'x' }));
    });
  });

  it('that is too fresh is waited for, as DynamoDB says to which second it has recorded', async () => {
    const world = worldOf([overwritten('a')], { startAt: '2026-11-20T02:16:00Z' });
    await run({ world }, (simulation, execution) => {
      expect(items(simulation)).toEqual({ a: product('a') });
      // The first export ends a quarter of an hour after the window began, and five minutes later that is recorded.
      expect(report(execution).RecoveryTime).toBeGreaterThan(18 * 60);
      expect(report(execution).RecoveryTime).toBeLessThan(22 * 60);
    });
  });
});

describe('An export', () => {
  it('is begun once, also when the function dies after asking for it', async () => {
    const faults = [
      { call: 'dynamodb:ExportTableToPointInTime', by: 'ExportWindowFunction', fault: 'crashAfter' as const },
    ];
    await run({ faults }, (simulation, execution) => {
      expect(report(execution).Restored).toBe(4);
      expect(simulation.account.endpoint.callCounts()['dynamodb:ExportTableToPointInTime']).toBe(3);
      expect(simulation.region.dynamodb.ListExports({}).ExportSummaries).toHaveLength(2);
    });
  });
});

describe('The two exports of a short window', () => {
  const made = (again?: string) => ({
    sku: 'made',
    was: [
      ['2026-11-20T02:10:00Z', null],
      ['2026-11-20T02:14:10Z', product('made')],
      ...(again ? [[again, null]] : []),
    ] as [string, ReturnType<typeof product> | null][],
    is: again ? product('made', { Again: true }) : null,
  });

  it('give back an item that was made just before the window and deleted in it', async () => {
    await watched({ pasts: [made()] }, (simulation) => expect(items(simulation)).toEqual({ made: product('made') }));
  });

  it('list such an item when it was made again after the window, and write nothing', async () => {
    await watched({ pasts: [made('2026-11-20T02:20:00Z')] }, (simulation, execution, promises) => {
      expect(items(simulation)).toEqual({ made: product('made', { Again: true }) });
      expect(report(execution)).toMatchObject({ NotRestored: { 'cannot be decided': 1 } });
      expect(promises.writes).toBe(0);
    });
  });

  it.each(['none', 'keysOnly'] as const)(
    'say the same whatever an export has of what came and went: %s',
    async (behaviour) => {
      const doubts = { 'dynamodb.exportOfInsertAndDelete': behaviour };
      await watched({ pasts: [...MIXED, cameAndWent('x')], doubts }, (simulation, execution) => {
        expect(report(execution).Restored).toBe(4);
        expect(items(simulation).x).toBeUndefined();
        expect(simulation.account.doubts.met).toMatchObject(doubts);
      });
    },
  );

  it.each(['none', 'record'] as const)(
    'leave alone what is as it was, whatever an export has of it: %s',
    async (behaviour) => {
      const doubts = { 'dynamodb.exportOfUnchangedItem': behaviour };
      await watched({ pasts: [...MIXED, rewritten('x')], doubts }, (simulation, execution, promises) => {
        expect(report(execution).Restored).toBe(4);
        expect(items(simulation).x).toEqual(product('x'));
        expect(promises.writes).toBe(4);
        expect(simulation.account.doubts.met).toMatchObject(doubts);
      });
    },
  );
});

describe('The selection', () => {
  it('may be keys', async () => {
    const input = inputOf({ Keys: [{ Sku: 'a' }, { Sku: 'd' }] });
    await run({ input }, (simulation, execution) => {
      expect(report(execution).Restored).toBe(2);
      expect(items(simulation).b).toEqual(product('b', { Price: 0, Batch: 'x' }));
    });
  });

  it('may be a filter over what the item was, became and is', async () => {
    const input = inputOf({
      Filter:
        "new.Batch = 'x' and old.Price = 10 and now.Price = 0 and $substring(writtenAt, 0, 16) = '2026-11-20T02:14'",
    });
    await run({ input }, (simulation, execution) => {
      expect(report(execution).Restored).toBe(2);
      expect(items(simulation).c).toEqual(product('c', { Batch: 'x' }));
      expect(items(simulation).d).toBeUndefined();
    });
  });

  it.each([
    ['throws', '$error("no idea")', /no idea/],
    ['returns no boolean', 'new.Price', /returned/],
    ['never ends', '($f := function($x) { $f($x) }; $f(1))', /no answer within 5 s/],
  ])('ends the run before any write when the filter %s', async (_what, Filter, cause) => {
    await watched({ input: inputOf({ Filter }) }, (_simulation, execution, promises) => {
      expect(execution.error).toBe('FilterFailedError');
      expect(execution.cause).toMatch(cause);
      expect(promises.writes).toBe(0);
    });
  });

  it('of everything is said in the first line of the request for approval', async () => {
    await run({}, (simulation) => {
      expect(notifications(simulation)[0]).toMatch(/^EVERY item that was written in the window is selected, 5 of them/);
    });
  });
});

describe('Before anything is written', () => {
  it('a person sees counts, samples, costs and the likely minute, and that every write of the window counts as bad', async () => {
    await run({ input: inputOf({ OnConflict: 'Merge' }) }, (simulation) => {
      const [request = ''] = notifications(simulation);
      expect(request).toContain('5 items are written');
      expect(request).toContain('attributes that were changed since stay as they are');
      expect(request).toMatch(/EVERYTHING that was written to a selected item in it counts as bad/);
      expect(request).toMatch(/5 of these items were written last in the minute 2026-11-20T02:14/);
      expect(request).toMatch(/Price: 0 → 10/);
      expect(request).toMatch(/write units, less than \$0.01/);
    });
  });

  it('a person sees what reads the stream, and what was written outside of the likely minute', async () => {
    const pasts = [...['a', 'b', 'c'].map((sku) => overwritten(sku)), overwritten('later', '2026-11-20T02:17:00Z')];
    const stream = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const } };
    const simulation = await open({ world: worldOf(pasts, {}, stream) });
    try {
      const { dynamodb, lambda } = simulation.region;
      const EventSourceArn = dynamodb.DescribeTable({ TableName: 'Products' }).Table?.LatestStreamArn;
      lambda.CreateEventSourceMapping({ EventSourceArn, FunctionName: 'search-index', StartingPosition: 'LATEST' });
      const input = inputOf({ From: '2026-11-20T02:10:00Z', To: '2026-11-20T02:30:00Z' });
      await simulation.finish(simulation.start(WORKFLOW, input));
      const [request = ''] = notifications(simulation);
      expect(request).toMatch(/in the stream of the table, which is read by: .*search-index/);
      expect(request).toContain(
        '3 of these items were written last in the minute 2026-11-20T02:14, 1 in other minutes',
      );
    } finally {
      simulation.close();
    }
  });

  it('asks for no approval where items are named and Approval is Skip', async () => {
    await run({ input: inputOf({ Approval: 'Skip', Keys: [{ Sku: 'a' }] }) }, (simulation, execution) => {
      expect(report(execution).Restored).toBe(1);
      expect(simulation.region.sns.published.filter(({ subject }) => /APPROVAL/.test(subject ?? ''))).toEqual([]);
    });
  });

  it('a no leaves everything as it is', async () => {
    const world = worldOf(MIXED, { operator: { answer: 'refuse', afterSeconds: 20 } });
    await watched({ world }, (_simulation, execution, promises) => {
      expect(execution.error).toBe('ApprovalRefusedError');
      expect(promises.writes).toBe(0);
    });
  });

  it('a dry run ends, with the same preview, and takes no lock', async () => {
    await watched({ input: inputOf({ DryRun: true }) }, (simulation, execution, promises) => {
      expect(report(execution)).toMatchObject({
        DryRun: true,
        Restored: 0,
        Plan: expect.arrayContaining([expect.stringMatching(/4 items are written/)]),
      });
      expect(report(execution).Plan.join('\n')).toContain('also in a dry run');
      expect(promises.writes).toBe(0);
      expect(
        simulation.account.endpoint.calls.filter(
          ({ call, resource }) => call === 'dynamodb:PutItem' && resource.includes('Locks'),
        ),
      ).toEqual([]);
    });
  });

  it('an item whose time to live has passed is listed, and written when it is asked for', async () => {
    const expired = {
      ...overwritten('old'),
      was: [['2026-11-20T02:14:30Z', product('old', { ExpiresAt: 1 })]] as [string, ReturnType<typeof product>][],
    };
    const world = worldOf([{ ...expired, is: null }], {}, { TimeToLiveAttribute: 'ExpiresAt' });
    await run({ world }, (_simulation, execution) => expect(report(execution).NotRestored).toEqual({ expired: 1 }));
    await run({ world, input: inputOf({ RestoreExpired: true }) }, (simulation) =>
      expect(items(simulation).old).toEqual(product('old', { ExpiresAt: 1 })),
    );
  });

  it('a swap of the same table is waited for', async () => {
    const simulation = await open();
    try {
      const swap = { TableName: 'Products', Source: { Type: 'PointInTime', RestoreDateTime: '2026-11-20T02:00:00Z' } };
      simulation.start('dynamodb-swap-restore', swap, 'swap');
      await simulation.account.clock.runUntil(simulation.account.clock.sleep(30), 60);
      const execution = simulation.start(WORKFLOW, inputOf());
      await simulation.account.clock.runUntil(() => execution.status !== 'RUNNING', 3600);
      expect(execution.error).toBe('TargetBusyError');
      await simulation.account.clock.runUntil(() => simulation.isQuiet(), 86400);
    } finally {
      simulation.close();
    }
  });
});

describe('While the run works', () => {
  it('an item that is changed before it is written stays as it is then, and is listed', async () => {
    const simulation = await open({ pasts: [overwritten('a'), inserted('b'), deleted('c')] });
    try {
      const promises = new Promises(simulation);
      const execution = simulation.start(WORKFLOW, inputOf());
      const isAsked = () => simulation.region.sns.published.some(({ subject }) => subject?.startsWith('APPROVAL'));
      await simulation.account.clock.runUntil(isAsked, 86400);
      const since = { Sku: { S: 'a' }, Price: { N: '7' } };
      simulation.region.dynamodb.PutItem({ TableName: 'Products', Item: since });
      simulation.region.dynamodb.PutItem({ TableName: 'Products', Item: { Sku: { S: 'b' }, More: { S: '!' } } });
      simulation.region.dynamodb.PutItem({ TableName: 'Products', Item: { Sku: { S: 'c' } } });
      await simulation.finish(execution);
      expect(items(simulation)).toEqual({ a: { Sku: 'a', Price: 7 }, b: { Sku: 'b', More: '!' }, c: { Sku: 'c' } });
      expect(report(execution)).toMatchObject({ Restored: 0, NotRestored: { 'changed while the run worked': 3 } });
      expect(brokenAtTheEnd(simulation, promises)).toEqual([]);
    } finally {
      simulation.close();
    }
  });

  /** Adds an attribute to an inserted item, once, when this call of the writing function is over. */
  function addsAfter(simulation: Simulation, call: string) {
    let isDone = false;
    simulation.account.observer.observe((happening) => {
      if (isDone || happening.what !== 'call' || happening.subject !== call) return;
      if (!happening.detail.principalArn.includes('WriteItems')) return;
      isDone = true;
      simulation.region.dynamodb.UpdateItem({
        TableName: 'Products',
        Key: { Sku: { S: 'b' } },
        UpdateExpression: 'SET Rating = :rating',
        ExpressionAttributeValues: { ':rating': { N: '5' } },
      });
    });
  }

  it.each([
    // A condition cannot say that there is no other attribute.
    ['before it is read for its deletion: it is not deleted at all', 's3:PutObject', 0],
    ['between its reading and its deletion: it is put back at once', 'dynamodb:BatchGetItem', 1],
  ])('an inserted item that gets an attribute %s', async (_what, call, deletions) => {
    const simulation = await open({ pasts: [overwritten('a'), inserted('b')] });
    try {
      const promises = new Promises(simulation);
      addsAfter(simulation, call);
      const execution = simulation.start(WORKFLOW, inputOf());
      await simulation.finish(execution);
      expect(items(simulation).b).toEqual(product('b', { Batch: 'x', Rating: 5 }));
      expect(report(execution)).toMatchObject({ Restored: 1, NotRestored: { 'changed while the run worked': 1 } });
      const deleted = simulation.account.endpoint.calls.filter(
        (one) => one.call === 'dynamodb:DeleteItem' && one.principalArn.includes('WriteItems') && one.outcome === 'ok',
      );
      expect(deleted).toHaveLength(deletions);
      expect(brokenAtTheEnd(simulation, promises)).toEqual([]);
    } finally {
      simulation.close();
    }
  });

  it('a stopped run keeps the table until none of its functions can write any more', async () => {
    const simulation = await open();
    try {
      const { clock } = simulation.account;
      const first = simulation.start(WORKFLOW, inputOf());
      const isAsked = () => simulation.region.sns.published.some(({ subject }) => subject?.startsWith('APPROVAL'));
      await clock.runUntil(isAsked, 86400);
      simulation.region.stepFunctions.StopExecution({ executionArn: first.arn });
      await clock.runUntil(clock.sleep(800), 801);
      const second = simulation.start(WORKFLOW, inputOf(), 'run-2');
      await clock.runUntil(() => second.status !== 'RUNNING', 3600);
      expect(second.error).toBe('TargetBusyError');
      await clock.runUntil(() => simulation.isQuiet(), 86400);
      const third = simulation.start(WORKFLOW, inputOf(), 'run-3');
      await simulation.finish(third);
      expect(third.status).toBe('SUCCEEDED');
    } finally {
      simulation.close();
    }
  });

  it('writes no faster than it may, also beyond the time of one function', async () => {
    const pasts = Array.from({ length: 120 }, (_, index) => overwritten(`p${index}`));
    // The first function has a minute left when it begins to write.
    const faults = [
      { call: 's3:PutObject', by: 'WriteItemsFunction', fault: 'slow' as const, nth: 1, delaySeconds: 780 },
    ];
    await watched({ pasts, faults, input: inputOf({ MaxWritesPerSecond: 1 }) }, (simulation, execution, promises) => {
      expect(promises.writes).toBe(120);
      const times = simulation.account.endpoint.calls
        .filter(({ call, principalArn }) => call === 'dynamodb:UpdateItem' && principalArn.includes('WriteItems'))
        .map(({ time }) => Date.parse(time) / 1000);
      expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(118);
      expect(execution.status).toBe('SUCCEEDED');
      const rounds = keysIn(simulation, /\/begun\//);
      expect(rounds.length).toBeGreaterThan(1);
    });
  });
});

describe('An undo', () => {
  it('gives back what was there, as typed DynamoDB JSON, and lists what was written since', async () => {
    const simulation = await open({ pasts: [...MIXED, overwritten('f'), changedSince('g')] });
    try {
      const before = items(simulation);
      const first = simulation.start(WORKFLOW, inputOf({ OnConflict: 'Overwrite' }));
      await simulation.finish(first);
      simulation.region.dynamodb.PutItem({ TableName: 'Products', Item: { Sku: { S: 'f' }, Price: { N: '99' } } });
      const promises = new Promises(simulation);
      promises.isUndoing = true;
      const Source = { Journal: report(first).Journal };
      const second = simulation.start(WORKFLOW, { TableName: 'Products', Source }, 'run-2');
      await simulation.finish(second);
      expect(second.status).toBe('SUCCEEDED');
      expect(items(simulation)).toEqual({ ...before, f: { Sku: 'f', Price: 99 } });
      expect(report(second)).toMatchObject({ Restored: 6, NotRestored: { 'written after the window': 1 } });
      expect(promises.broken).toEqual([]);
    } finally {
      simulation.close();
    }
  });
});
