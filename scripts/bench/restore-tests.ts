import { KINDS } from '../../scenarios/restore-test/faults';
import { type Kind, openTest, startTest, worldOf } from '../../scenarios/restore-test/tests';
import type { Table } from './table';
import { dollars, type Usage, usageAtRest, usageOf } from './usage';

/** `npm run bench -- restore-tests`: what a restore test takes, beyond what the stack needs at rest. */
export async function benchRestoreTests(): Promise<Table[]> {
  const idle = await usageAtRest('restore-test');
  const rows: Table['rows'] = [];
  for (const kind of KINDS) rows.push(await measure(kind, idle));
  return [
    {
      title: 'What restore tests cost',
      columns: ['test of', 'AWS calls', 'transitions', 'Lambda invocations', 'dollars a test', 'recovery time, s'],
      rows,
      notes: [
        'Beyond what the stack needs at rest, which includes the hourly look for jobs whose event was lost.',
        'Not in it: what AWS Backup takes for a restore test and for the data that is restored, the instance, the endpoints.',
      ],
    },
  ];
}

async function measure(kind: Kind, idle: Usage): Promise<(string | number)[]> {
  const simulation = await openTest({ kind });
  const { account } = simulation;
  try {
    const execution = startTest(simulation, kind);
    await simulation.finish(execution);
    if (execution.status !== 'SUCCEEDED') throw new Error(`${kind.source}: ${execution.status} ${execution.cause}`);
    const usage = usageOf(account);
    const hours = (account.clock.now - Date.parse(worldOf(kind.source).startAt ?? '')) / 3_600_000;
    const { RecoveryTime } = JSON.parse(execution.output ?? '{}') as { RecoveryTime: number };
    return [
      `${kind.source}, ${kind.isScheduled ? 'on schedule' : 'on demand'}`,
      usage.awsCalls - Math.round(idle.awsCalls * hours),
      usage.transitions,
      usage.invocations - Math.round(idle.invocations * hours),
      (dollars(usage) - dollars(idle) * hours).toFixed(4),
      RecoveryTime,
    ];
  } finally {
    simulation.close();
  }
}
