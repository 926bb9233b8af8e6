import { AwsError } from '../../errors';
import { authorize } from '../../iam/authorize';
import { runConcurrently } from '../branches';
import type { StateGraph } from '../definition';
import { Execution } from '../execution';
import { MapRun } from '../map-run';
import { type Json, type JsonObject, payloadText } from '../payload';
import { StatesError } from '../states-error';
import type { Visit } from '../visit';
import { mapItems, selectItem } from './map-items';

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
const DISTRIBUTED_CONCURRENCY = 10_000;

/** Runs a Map state in distributed mode: one child execution for each item or batch, in a Map Run. */
export async function runMapRun(visit: Visit): Promise<Json[]> {
  const { frame, state } = visit;
  const items = await mapItems(visit);
  const limit = (await visit.evaluateNumber('MaxConcurrency', state.MaxConcurrency, 0)) || DISTRIBUTED_CONCURRENCY;
  const toleratedCount = await visit.evaluateNumber('ToleratedFailureCount', state.ToleratedFailureCount, 0);
  const inputs = await childInputs(visit, items);
  const { execution } = frame;
  const left = [...execution.host.mapRuns.values()].find((run) => run.isLeftBy(execution, visit.name));
  left?.redrive();
  if (!left) frame.record('MapStateStarted', { length: items.length });
  const toleratedPercentage = await percentage(visit);
  const settings = {
    state: visit.name,
    label: state.Label ?? execution.random.uuid(),
    maxConcurrency: Math.min(limit, DISTRIBUTED_CONCURRENCY),
    toleratedCount,
    toleratedPercentage,
    itemsOf: inputs.map(({ items: count }) => count),
    total: items.length,
  };
  const mapRun = left ?? new MapRun(execution, settings);
  requirePermissions(visit, mapRun);
  const redriven = left && { redriveCount: left.redriveCount };
  frame.record(left ? 'MapRunRedriven' : 'MapRunStarted', { mapRunArn: mapRun.arn, ...redriven });
  const leave = frame.scope.onCancel(() => mapRun.end('ABORTED'));
  try {
    const outputs = await frame.scope.settle(
      runConcurrently(inputs, mapRun.maxConcurrency, {
        run: ({ input }, index) => runChild(visit, mapRun, input, index),
        stop: () => mapRun.end('FAILED'),
      }),
    );
    mapRun.end('SUCCEEDED');
    frame.record('MapRunSucceeded');
    return outputs.filter((output) => output !== undefined);
  } catch (error) {
    if (error instanceof StatesError) frame.record('MapRunFailed', { error: error.error, cause: error.errorCause });
    throw error;
  } finally {
    leave();
  }
}

/** Recorded on AWS: any number from 0 to 100; another value fails the execution once the Map state has begun. */
async function percentage(visit: Visit): Promise<number | undefined> {
  const { ToleratedFailurePercentage } = visit.state;
  if (ToleratedFailurePercentage === undefined) return undefined;
  const value = await visit.evaluate('ToleratedFailurePercentage', ToleratedFailurePercentage);
  if (typeof value === 'number' && value >= 0 && value <= 100) return value;
  throw visit.runtimeError('ToleratedFailurePercentage must be between 0 and 100.');
}

/**
 * The role has to be allowed to start its own state machine; whether also to describe and stop executions is a doubt. AWS's
 * example names these without the label of the map and a child's ARN has it, so both forms are asked for.
 * https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
function requirePermissions(visit: Visit, mapRun: MapRun): void {
  const { parent, name } = mapRun;
  const { account } = parent.region;
  const executions = [parent.arn, `${parent.region.arn('states', 'execution')}:${name}:${parent.name}`];
  const areAllAsked = account.doubts.behaviour('stepFunctions.rightsOfDistributedMap') === 'everyAction';
  const ofExecutions = areAllAsked ? ['states:DescribeExecution', 'states:StopExecution'] : [];
  try {
    authorize(account, { principalArn: parent.roleArn, accountId: account.id }, [
      { action: 'states:StartExecution', resource: parent.machineArn },
      ...ofExecutions.flatMap((action) => executions.map((resource) => ({ action, resource }))),
    ]);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    mapRun.end('FAILED');
    if (account.doubts.behaviour('stepFunctions.refusedDistributedMap') === 'Runtime')
      throw visit.runtimeError(error.message);
    throw new StatesError('States.Permissions', error.message);
  }
}

/** The children's inputs, each with the number of items in it. */
async function childInputs(visit: Visit, items: Json[]): Promise<{ input: Json; items: number }[]> {
  const { ItemBatcher } = visit.state;
  const selected: Json[] = [];
  for (const [index, item] of items.entries()) selected.push(await selectItem(visit, item, index));
  if (!ItemBatcher) return selected.map((input) => ({ input, items: 1 }));
  const size = (await visit.evaluateNumber('ItemBatcher/MaxItemsPerBatch', ItemBatcher.MaxItemsPerBatch, 1)) ?? 1;
  const shared: JsonObject =
    ItemBatcher.BatchInput === undefined
      ? {}
      : { BatchInput: await visit.evaluate('ItemBatcher/BatchInput', ItemBatcher.BatchInput) };
  const batches: { input: Json; items: number }[] = [];
  for (let start = 0; start < selected.length; start += size) {
    const Items = selected.slice(start, start + size);
    batches.push({ input: { ...shared, Items }, items: Items.length });
  }
  return batches;
}

/** The output of a child; undefined when its failure is tolerated and leaves nothing in the result. */
async function runChild(visit: Visit, mapRun: MapRun, input: Json, index: number): Promise<Json | undefined> {
  const known = mapRun.children[index];
  const child = known ?? newChild(visit, mapRun, input);
  mapRun.add(child, index);
  if (!known) child.start();
  else if (known.status !== 'SUCCEEDED') known.redrive();
  await child.done;
  mapRun.finished(child, index);
  if (child.status === 'SUCCEEDED') return JSON.parse(child.output as string);
  // The child fails after its end when the Map Run has ended meanwhile; nothing listens then.
  if (mapRun.exceedsTolerance) {
    throw new StatesError(
      'States.ExceedToleratedFailureThreshold',
      'The specified tolerated failure threshold was exceeded',
    );
  }
  const { doubts } = visit.frame.execution.region.account;
  if (doubts.behaviour('stepFunctions.toleratedFailure') === 'leftOut') return undefined;
  return {
    ...(child.error === undefined ? {} : { Error: child.error }),
    ...(child.cause === undefined ? {} : { Cause: child.cause }),
  };
}

function newChild(visit: Visit, mapRun: MapRun, input: Json): Execution {
  const parent = visit.frame.execution;
  const name = parent.random.uuid();
  return new Execution(parent.host, {
    arn: `${parent.region.arn('states', 'execution')}:${mapRun.name}:${name}`,
    name,
    stateMachineArn: `${parent.machineArn}/${mapRun.label}`,
    machineArn: parent.machineArn,
    roleArn: parent.roleArn,
    isEncrypted: parent.isEncrypted,
    graph: visit.state.ItemProcessor as StateGraph,
    input: payloadText(input, visit.name),
    mapRunArn: mapRun.arn,
  });
}
