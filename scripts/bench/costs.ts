import { machineWorkflows } from '../../cli/workflows';
import { efsToEfsCosts } from './efs-to-efs-costs';
import { HOURS_A_MONTH, PRICE_TABLE, RUNS_A_MONTH } from './prices';
import type { Table } from './table';
import { dollars, usageAtRest, usageOfRun } from './usage';

/** What one run of each workflow on its example costs, beyond a stack in which nothing runs, and what that one costs. */
export async function benchCosts(): Promise<Table[]> {
  const idle = await usageAtRest('efs-backup');
  const idleAnHour = dollars(idle);
  const rows: Table['rows'] = [];
  for (const workflow of machineWorkflows) {
    const { usage, seconds } = await usageOfRun(workflow);
    const perRun = dollars(usage) - (idleAnHour * seconds) / 3600;
    rows.push([
      workflow,
      usage.transitions,
      usage.invocations - Math.round((idle.invocations * seconds) / 3600),
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
    await efsToEfsCosts(),
    PRICE_TABLE,
  ];
}
