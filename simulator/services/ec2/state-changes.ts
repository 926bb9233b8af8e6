import { AwsError } from '../../errors';
import type { Ec2Instance } from './instance';

/** Why StopInstances refuses an instance, or nothing. */
export function stopRefusal(instance: Ec2Instance): AwsError | undefined {
  const { id, state } = instance;
  if (instance.rootDeviceType === 'instance-store') {
    return new AwsError(
      'UnsupportedOperation',
      `The instance '${id}' does not have an 'ebs' root device type and cannot be stopped.`,
    );
  }
  if (instance.declared.Spot === 'one-time') {
    return new AwsError(
      'UnsupportedOperation',
      `You can't stop the Spot Instance '${id}' because it is associated with a one-time Spot Instance request. ` +
        'You can only stop Spot Instances associated with persistent Spot Instance requests.',
    );
  }
  if (state === 'pending' || state === 'shutting-down' || state === 'terminated') {
    return new AwsError(
      'IncorrectInstanceState',
      `This instance '${id}' is not in a state from which it can be stopped.`,
    );
  }
  if (instance.stopProtected && state !== 'stopped') {
    return new AwsError(
      'OperationNotPermitted',
      `The instance '${id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
    );
  }
  return undefined;
}

/** Why StartInstances refuses an instance, or nothing. */
export function startRefusal(instance: Ec2Instance, region: string): AwsError | undefined {
  const { id, state } = instance;
  if (state === 'stopping' || state === 'shutting-down' || state === 'terminated') {
    return new AwsError(
      'IncorrectInstanceState',
      `The instance '${id}' is not in a state from which it can be started.`,
    );
  }
  if (state === 'stopped' && instance.declared.StartOutcome === 'InsufficientInstanceCapacity') {
    // A server error in the EC2 error list, and so one that the SDK retries.
    return new AwsError(
      'InsufficientInstanceCapacity',
      `We currently do not have sufficient ${instance.instanceType} capacity in the Availability Zone you requested ` +
        `(${region}a). Our system will be working on provisioning additional capacity.`,
      500,
    );
  }
  return undefined;
}
