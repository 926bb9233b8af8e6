import { defaultWorld, exampleInput, FUNCTION_WORKFLOWS, Simulation } from '../../simulator/simulation';
import { workflowNames } from '../workflows';
import { PRICE_TABLE } from './prices';
import type { Table } from './table';
import { dollars, type Usage, usageOf } from './usage';

const HOUR = 3600;
const HOURS_A_MONTH = 730;
const RUNS_A_MONTH = 30;

/** What one run of each workflow on its example costs, beyond a stack in which nothing runs, and what that one costs. */
export async function benchCosts(): Promise<Table[]> {
  const idle = await usageAtRest();
  const idleAnHour = dollars(idle);
  const rows: Table['rows'] = [];
  for (const workflow of workflowNames('.').filter((name) => !(name in FUNCTION_WORKFLOWS))) {
    const { usage, seconds } = await usageOfRun(workflow);
    const perRun = dollars(usage) - (idleAnHour * seconds) / HOUR;
    rows.push([
      workflow,
      usage.transitions,
      usage.invocations - Math.round((idle.invocations * seconds) / HOUR),
      perRun.toFixed(4),
      (perRun * RUNS_A_MONTH).toFixed(2),
    ]);
  }
  rows.push(['(nothing runs)', 0, idle.invocations * HOURS_A_MONTH, '', (idleAnHour * HOURS_A_MONTH).toFixed(2)]);
  return [
    {
      title: 'What runs cost',
      columns: [
        'workflow',
        'transitions',
        'Lambda invocations',
        'dollars a run',
        `dollars a month, ${RUNS_A_MONTH} runs`,
      ],
      rows,
      notes: [
        'One run on events/WORKFLOW.json, beyond what the stack needs at rest; (nothing runs): that, mostly the reconciler.',
        'Not in it: what AWS Backup, EBS, EFS and DynamoDB take for the data, logs, traces, alarms, metrics, the key.',
      ],
    },
    PRICE_TABLE,
  ];
}

async function usageAtRest(): Promise<Usage> {
  const simulation = await Simulation.open({ world: defaultWorld('efs-backup') });
  try {
    const { clock } = simulation.account;
    await clock.runUntil(clock.sleep(HOUR), HOUR + 1);
    return usageOf(simulation.account);
  } finally {
    simulation.close();
  }
}

async function usageOfRun(workflow: string): Promise<{ usage: Usage; seconds: number }> {
  const simulation = await Simulation.open({ world: defaultWorld(workflow) });
  try {
    const { account } = simulation;
    const startedAt = account.clock.now;
    await simulation.finish(simulation.start(workflow, exampleInput(workflow)));
    return { usage: usageOf(account), seconds: (account.clock.now - startedAt) / 1000 };
  } finally {
    simulation.close();
  }
}
