import { type EC2Client, StartInstancesCommand } from '@aws-sdk/client-ec2';
import { DescribeInstanceInformationCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { ec2In } from '../../clients/ec2';
import { ssmIn } from '../../clients/ssm';
import { nowSeconds } from '../../clock';
import { describeInstances } from '../../instances';
import { logger } from '../../logger';
import { describeError, isTransient } from '../../task';
import type { Settled, WaitKind } from '../waits';

// DescribeInstanceInformation takes at most 50 ids in its InstanceIds filter, as SendCommand does.
const SSM_BATCH_SIZE = 50;
/** Refusals that pass: still stopping, no capacity at the moment. */
const WORTH_ANOTHER_TRY = ['IncorrectInstanceState', 'InsufficientInstanceCapacity', 'InsufficientHostCapacity'];

/**
 * Waits until instances run again, and with `context.online` until their SSM Agent has reported since: after a short
 * stop SSM still shows the old "Online". `context.stoppedAt` is the time of the StopInstances call.
 * An instance that is found down is started (again) at every look: it may have been `stopping` before, or there was no
 * capacity. Until the deadline, leaving it down is never the answer.
 */
export const instanceStarted: WaitKind = {
  name: 'instance-started',
  acts: true,
  async check(wait, instanceIds) {
    const ec2 = ec2In(wait.region);
    const instances = await describeInstances(ec2, instanceIds);
    const stoppedAt = new Date(Number(wait.context.stoppedAt ?? 0) * 1000);
    const settled: Record<string, Settled> = {};
    const running: string[] = [];
    const refusals: unknown[] = [];
    for (const instanceId of instanceIds) {
      const instance = instances.get(instanceId);
      const state = instance?.State?.Name ?? 'terminated';
      if (state === 'terminated' || state === 'shutting-down') settled[instanceId] = { state, at: nowSeconds() };
      const wasStartedSince = instance?.LaunchTime !== undefined && instance.LaunchTime >= stoppedAt;
      if (state === 'running' && wasStartedSince) running.push(instanceId);
      // "running" with an old launch time is either true (it never stopped) or a stale answer: StartInstances knows.
      else if (state === 'running' || state === 'stopped') {
        try {
          if (await isRunningAfterStart(ec2, instanceId)) running.push(instanceId);
        } catch (error) {
          refusals.push(error);
        }
      }
    }
    const ready = wait.context.online ? await onlineSince(ssmIn(wait.region), running, wait.startedAt) : running;
    for (const instanceId of ready) settled[instanceId] = { state: 'running', at: nowSeconds() };
    // A refused start must not keep the other instances down: it counts once no other instance is left to wait for.
    if (refusals.length > 0 && refusals.length === instanceIds.length) throw refusals[0];
    return settled;
  },
};

/** Starts one instance; true if it was running already. One at a time, as StartInstances is all or nothing. */
async function isRunningAfterStart(ec2: EC2Client, instanceId: string): Promise<boolean> {
  try {
    const { StartingInstances } = await ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
    return StartingInstances?.[0]?.PreviousState?.Name === 'running';
  } catch (error) {
    if (isTransient(error) || WORTH_ANOTHER_TRY.includes((error as Error).name)) {
      logger.warn('Could not start the instance yet', { instanceId, reason: describeError(error) });
      return false;
    }
    throw error;
  }
}

async function onlineSince(ssm: SSMClient, instanceIds: string[], sinceSeconds: number): Promise<string[]> {
  const online: string[] = [];
  for (let first = 0; first < instanceIds.length; first += SSM_BATCH_SIZE) {
    const { InstanceInformationList } = await ssm.send(
      new DescribeInstanceInformationCommand({
        Filters: [{ Key: 'InstanceIds', Values: instanceIds.slice(first, first + SSM_BATCH_SIZE) }],
        MaxResults: SSM_BATCH_SIZE,
      }),
    );
    for (const info of InstanceInformationList ?? []) {
      const heardAt = (info.LastPingDateTime?.getTime() ?? 0) / 1000;
      if (info.PingStatus === 'Online' && heardAt >= sinceSeconds && info.InstanceId) online.push(info.InstanceId);
    }
  }
  return online;
}
