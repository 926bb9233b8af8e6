import {
  type AttributeValue,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
  paginateQuery,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../shared/clients/dynamodb-control';
import { nowSeconds } from '../shared/clock';
import { hasName } from '../shared/error-name';
import { allOf } from '../shared/in-batches';
import { getOpenRun, updateRun } from '../shared/runs/runs';
import { countItems, findDifferences, keysOf, sampleOf } from '../shared/tables/compare-tables';
import { task } from '../shared/task';
import { compareSchemas } from './compare-schemas';
import type { Checks } from './input';
import { nameOf } from './proof';
import type { Finding, RestoreTestRun } from './restore-test-run';
import { isFrozen, wantedOf } from './source-tags';
import { settingsFindings, verdictOf } from './verdict';

/**
 * Looks at a restored table: keys, indexes, items, a sample compared with the source, the operator's queries. Reads only,
 * and writes the verdict into the run record. Safe to repeat: a verdict that is there stays.
 */
export const handler = task(async ({ runId }: { runId: string }): Promise<void> => {
  const run = await getOpenRun<RestoreTestRun>({ runId });
  if (run.verdict) return;
  const { plan, settings } = run;
  const restoredName = nameOf(run.createdResourceArn ?? '');
  const { Table: restored } = await dynamodb.send(new DescribeTableCommand({ TableName: restoredName }));
  if (!restored) throw new Error(`DynamoDB does not describe ${restoredName}.`);
  const source = await findSource(nameOf(plan.sourceArn));
  const tags = source ? await tagsOf(plan.sourceArn) : {};
  const findings = [
    ...(source ? compareSchemas(restored, source) : [{ check: 'source', result: 'does not exist any more' }]),
    ...(source ? await compareTimeToLive(restoredName, nameOf(plan.sourceArn)) : []),
    await countRestored(restoredName, source),
    ...(source ? await compareSample(restored, source, settings.checks, isFrozen(tags)) : []),
    ...(await runQueries(restoredName, nameOf(plan.sourceArn), settings.checks)),
    ...settingsFindings(run),
  ];
  await updateRun(runId, { findings, wanted: wantedOf(tags), verdict: verdictOf(findings, nowSeconds()) });
});

async function findSource(TableName: string): Promise<TableDescription | undefined> {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (hasName(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

async function tagsOf(ResourceArn: string): Promise<Record<string, string>> {
  const tags: Record<string, string> = {};
  let NextToken: string | undefined;
  do {
    const page = await dynamodb.send(new ListTagsOfResourceCommand({ ResourceArn, NextToken }));
    for (const { Key = '', Value = '' } of page.Tags ?? []) tags[Key] = Value;
    NextToken = page.NextToken;
  } while (NextToken);
  return tags;
}

/** A restore does not bring it (Guide, "Restoring a DynamoDB table from a backup"): the finding is for who restores for real. */
async function compareTimeToLive(restored: string, source: string): Promise<Finding[]> {
  const [there, here] = await allOf([timeToLiveOf(source), timeToLiveOf(restored)]);
  if (there === here) return [];
  return [
    { check: 'time to live', result: `${here ?? 'off'}, in the source ${there ?? 'off'}: a restore has to set it` },
  ];
}

async function timeToLiveOf(TableName: string): Promise<string | undefined> {
  const { TimeToLiveDescription: found } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
  return found?.TimeToLiveStatus === 'ENABLED' ? found.AttributeName : undefined;
}

/** The source's own count is up to six hours old (API_TableDescription), so only an empty table is bad for certain. */
async function countRestored(restored: string, source: TableDescription | undefined): Promise<Finding> {
  const { items, sizeBytes, isComplete } = await countItems(restored);
  const expected = source?.ItemCount === undefined ? '' : `; the source has about ${source.ItemCount}`;
  const result = `${isComplete ? '' : 'at least '}${items} items, ${sizeBytes} bytes${expected}`;
  return { check: 'items', result, isBad: isComplete && items === 0 && source?.ItemCount !== 0 };
}

/** In both directions: what the source has and the restored table lacks may be lost, or newer than the backup. */
async function compareSample(
  restored: TableDescription,
  source: TableDescription,
  { MaxChangedPercent }: Checks,
  frozen: boolean,
): Promise<Finding[]> {
  if (keysOf(restored) !== keysOf(source)) return [];
  const names = [restored.TableName ?? '', source.TableName ?? ''] as const;
  const keySchema = source.KeySchema ?? [];
  const inSource = await findDifferences(await sampleOf(names[0], keySchema), names[1]);
  const inRestored = await findDifferences(await sampleOf(names[1], keySchema), names[0]);
  const limit = frozen ? 0 : MaxChangedPercent;
  return [
    sampleFinding('restored items in the source', inSource, limit, frozen),
    sampleFinding('items of the source in the restored table', inRestored, limit, frozen),
  ];
}

function sampleFinding(
  check: string,
  { sampled, missing, changed }: Awaited<ReturnType<typeof findDifferences>>,
  limit: number,
  frozen: boolean,
): Finding {
  const percent = sampled === 0 ? 0 : (100 * (missing.length + changed.length)) / sampled;
  const named = [...missing, ...changed].slice(0, 3).join(', ');
  const result = `${sampled} looked at, ${missing.length} missing, ${changed.length} different${named ? ` (${named})` : ''}`;
  return { check, result: frozen ? `${result}; the source is frozen` : result, isBad: percent > limit };
}

async function runQueries(restored: string, source: string, { Queries }: Checks): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { TableName, ExpectedCount, ExpressionAttributeValues, ...query } of Queries) {
    if (TableName !== source) continue;
    let found = 0;
    const values = ExpressionAttributeValues as unknown as Record<string, AttributeValue>;
    const input = { ...query, TableName: restored, ExpressionAttributeValues: values, Select: 'COUNT' as const };
    for await (const page of paginateQuery({ client: dynamodb }, input)) found += page.Count ?? Number.NaN;
    const result = `${query.KeyConditionExpression}: ${found} items, expected ${ExpectedCount}`;
    findings.push({ check: 'query', result, isBad: found !== ExpectedCount });
  }
  return findings;
}
