import { localTime } from './dates';
import type { Finding } from './finding';
import type { Session } from './session';
import { listTestedResources } from './tested-resources';

/** Whether the stack's restore testing plan, if there is one, selects anything, and what its last tests found. */
export async function checkRestoreTests(session: Session): Promise<Finding[]> {
  const stack = await session.stack();
  const [plan] = await stack.resourcesOfType('AWS::Backup::RestoreTestingPlan');
  if (!plan) return [{ subject: 'restore tests', state: 'not scheduled (parameter RestoreTestSchedule)' }];
  const { paginateListRestoreTestingSelections } = await import('@aws-sdk/client-backup');
  const types: string[] = [];
  for await (const { RestoreTestingSelections = [] } of paginateListRestoreTestingSelections(
    { client: await session.aws.client('backup') },
    { RestoreTestingPlanName: plan.physicalId },
  ))
    types.push(...RestoreTestingSelections.flatMap(({ ProtectedResourceType }) => ProtectedResourceType ?? []));
  const subject = `restore testing plan ${plan.physicalId}`;
  const tests = (await listTestedResources(session)).map(({ resource, verdict, testedAt, message }): Finding => {
    const found = { subject: `restore test of ${resource}`, state: `${verdict} ${localTime(testedAt)}` };
    if (verdict === 'SUCCESSFUL') return found;
    return { ...found, advice: `${message} Test it again: backup-workflows restore-test ${resource}` };
  });
  if (types.length > 0) return [{ subject, state: `tests ${types.join(', ')}` }, ...tests];
  const advice = 'Deploy with RestoreTestTables or RestoreTestFileSystems Yes, or without RestoreTestSchedule.';
  return [{ subject, state: 'selects nothing', advice }, ...tests];
}
