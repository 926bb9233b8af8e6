import type { StartInstancesRequest, StartInstancesResult } from '@aws-sdk/client-ec2';
import type { Access, Caller } from '../../../service';
import { requireSupported } from '../../../supported-parameters';
import type { Ec2State } from '../state';
import { startRefusal } from '../state-changes';
import { mayUseKey } from '../volume-key';

/**
 * The caller of StartInstances makes a grant on the customer managed key of each volume, for EC2 to decrypt it; without
 * the right or a usable key the start is accepted and taken back (EBS User Guide, "Requirements for Amazon EBS
 * encryption"; re:Post, kms-iam-ec2-permission).
 */
export function StartInstances(
  this: Ec2State,
  input: StartInstancesRequest,
  caller: Caller = this.region.account.root,
): StartInstancesResult {
  requireSupported('ec2:StartInstances', input, ['InstanceIds', 'DryRun']);
  const instances = this.instances.named(this.requireIds(input.InstanceIds));
  this.refuseDryRun(input);
  for (const instance of instances) {
    const refusal = startRefusal(instance, this.region.name);
    if (refusal) throw refusal;
  }
  this.startTokens.take(instances.length);
  return {
    StartingInstances: instances.map((instance) => instance.start(mayUseKey(this.region, instance, caller))),
  };
}

StartInstances.access = (state: Ec2State, { InstanceIds }: StartInstancesRequest): Access[] => {
  const action = 'ec2:StartInstances';
  return InstanceIds?.length ? InstanceIds.map((id) => state.accessTo(action, id)) : [{ action, resource: '*' }];
};
