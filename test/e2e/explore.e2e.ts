import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { loadTemplate } from '../../simulator/cloudformation/load-template';
import { prepareTemplate } from '../../simulator/cloudformation';
import { Emulator } from './emulator';
import { recordEvents } from './recorded-events';

it('explores', async () => {
  const t0 = Date.now(); const lap = (s: string) => console.log(s, (Date.now() - t0) / 1000);
  const runs = [{ workflow: 'pre-post-backup' }, { workflow: 'efs-backup', world: { backupJobs: [{ Resource: '*', State: 'COMPLETED' as const, DurationSeconds: 60 }] } }, { workflow: 'efs-copy-restore' }, { workflow: 'dynamodb-swap-restore' }, { workflow: 'dynamodb-table-operation' },
   { workflow: 'pre-post-backup', abortedIn: 'Back Up Instances' }, { workflow: 'efs-copy-restore', abortedIn: 'Restore File System' }, { workflow: 'dynamodb-swap-restore', abortedIn: 'Restore Duplicate' },
   { workflow: 'dynamodb-table-operation', input: { Operation: 'DeleteTable', ConfirmTableName: 'ParksAr', RemoveDeletionProtection: true } },
  ];
  const events = new Map<string, unknown>();
  for (const run of runs) { for (const { logicalId, event } of await recordEvents(run)) if (!events.has(logicalId)) events.set(logicalId, event); lap(run.workflow); }
  const declared = prepareTemplate(loadTemplate('template.yaml'), {});
  const fns = Object.entries(declared.resources).filter(([, r]) => r.Type === 'AWS::Lambda::Function').map(([id]) => id);
  console.log('no event:', fns.filter((f) => !events.has(f)));
  const emulator = await Emulator.start(); lap('start');
  try {
    await emulator.sam('build'); lap('build');
    await emulator.sam('deploy', '--stack-name', 'backup-workflows', '--resolve-s3', '--capabilities', 'CAPABILITY_IAM', '--no-confirm-changeset', '--no-progressbar'); lap('deploy');
    const cf = emulator.client(CloudFormationClient);
    const res: any[] = []; let NextToken: string | undefined;
    do { const page: any = await cf.send(new ListStackResourcesCommand({ StackName: 'backup-workflows', NextToken })); res.push(...page.StackResourceSummaries); NextToken = page.NextToken; } while (NextToken);
    const ids = res.map((r) => r.LogicalResourceId);
    console.log(res.length, 'missing', Object.keys(declared.resources).filter((i) => !ids.includes(i)), 'more', ids.filter((i: string) => !declared.resources[i]), new Set(res.map((r) => r.ResourceStatus)));
    const lambda = emulator.client(LambdaClient);
    for (const id of fns) {
      if (!events.has(id)) continue;
      const name = res.find((r) => r.LogicalResourceId === id).PhysicalResourceId;
      const s = Date.now();
      const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(events.get(id))) }));
      console.log(id, Date.now() - s, FunctionError ?? 'ok', Buffer.from(Payload ?? []).toString().slice(0, 300));
    }
    lap('invoke');
  } finally { await emulator.stop(); }
});
