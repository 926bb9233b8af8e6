import { localTime } from './dates';
import type { Finding } from './finding';
import type { Session } from './session';
import { listTestedResources } from './tested-resources';

/** Whether the network in which restored instances boot leads nowhere, as before each test. */
export async function checkIsolation(session: Session): Promise<Finding[]> {
  const stack = await session.stack();
  const s3PrefixListId = stack.outputs.RestoreTestS3PrefixListId;
  if (!s3PrefixListId) return [];
  const [subnetId, groupId, endpointGroupId] = await Promise.all([
    stack.resource('RestoreTestSubnet'),
    stack.resource('RestoreTestInstanceGroup'),
    stack.resource('RestoreTestEndpointGroup'),
  ]);
  const { openingsOf } = await import('../functions/restore-test/isolation');
  const network = { subnetId, groupId, endpointGroupId, s3PrefixListId };
  const openings = await openingsOf(await session.aws.client('ec2'), network);
  const subject = `network of restored instances ${subnetId}`;
  if (openings.length === 0) return [{ subject, state: 'leads to SSM and S3 only' }];
  const advice = 'Close it; until then every restore test of an instance fails before its script.';
  return [{ subject, state: openings.join('; '), advice }];
}

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
