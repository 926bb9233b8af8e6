import { DescribeVolumesCommand, type Volume } from '@aws-sdk/client-ec2';
import { ec2In } from '../shared/clients/ec2';
import { nowSeconds } from '../shared/clock';
import { describeInstances } from '../shared/instances';
import { getOpenRun, updateRun } from '../shared/runs/runs';
import { task } from '../shared/task';
import type { ScriptResult } from '../shared/waits/kinds/ssm-command';
import { getWait } from '../shared/waits/waits';
import { REGION } from './isolated-network';
import { nameOf } from './proof';
import { type Finding, type RestoreTestRun, waitId } from './restore-test-run';
import { wantedOf } from './source-tags';
import { settingsFindings, verdictOf } from './verdict';

/**
 * Puts together what was seen of a restored instance: boot, status checks, SSM, its volumes against the source's, and the
 * end of the operator's script. Without a script it says that no data was looked at. Reads only, and writes the verdict.
 * Safe to repeat: a verdict that is there stays.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = await getOpenRun<RestoreTestRun>({ runId });
  if (run.verdict) return;
  const restoredId = nameOf(run.createdResourceArn ?? '');
  const sourceId = nameOf(run.plan.sourceArn);
  const booted = (await getWait(waitId(runId, 'booted')))?.settled[restoredId]?.state ?? 'unknown';
  const findings: Finding[] = [
    {
      check: 'boot',
      result: booted === 'READY' ? 'running, both status checks ok, online in SSM' : `the instance is ${booted}`,
      isBad: booted !== 'READY',
    },
    await compareVolumes(restoredId, sourceId),
    await scriptFinding(run, restoredId),
    ...settingsFindings(run),
  ];
  const source = (await describeInstances(ec2In(REGION), [sourceId])).get(sourceId);
  const tags = Object.fromEntries((source?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  await updateRun(runId, { findings, wanted: wantedOf(tags), verdict: verdictOf(findings, nowSeconds()) });
});

async function compareVolumes(restoredId: string, sourceId: string): Promise<Finding> {
  const [here, there] = [await volumesOf(restoredId), await volumesOf(sourceId)];
  if (there.length === 0) return { check: 'volumes', result: `${here.length}; the source does not exist any more` };
  const [ours, theirs] = [sizesOf(here), sizesOf(there)];
  const isSame = ours === theirs;
  return { check: 'volumes', result: isSame ? `${ours} GiB` : `${ours} GiB instead of ${theirs}`, isBad: !isSame };
}

async function volumesOf(instanceId: string): Promise<Volume[]> {
  const Filters = [{ Name: 'attachment.instance-id', Values: [instanceId] }];
  return (await ec2In(REGION).send(new DescribeVolumesCommand({ Filters }))).Volumes ?? [];
}

function sizesOf(volumes: Volume[]): string {
  const sizes = volumes.map(({ Size }) => Size).sort((a, b) => Number(a) - Number(b));
  return sizes.join(' + ');
}

async function scriptFinding({ runId, commandId }: RestoreTestRun, instanceId: string): Promise<Finding> {
  if (!commandId) return { check: 'script', result: 'none was given: no data was looked at' };
  const end = (await getWait(waitId(runId, 'script')))?.settled[commandId];
  const result = (end?.results as Record<string, ScriptResult> | undefined)?.[instanceId];
  if (result?.status === 'Success') return { check: 'script', result: `ended with 0 (command ${commandId})` };
  const code = result?.exitCode === undefined ? '' : `, exit code ${result.exitCode}`;
  const output = result?.output ? `: ${result.output}` : '';
  return {
    check: 'script',
    result: `${result?.status ?? 'no answer'}${code} (command ${commandId})${output}`,
    isBad: true,
  };
}
