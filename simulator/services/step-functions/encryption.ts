import type { EncryptionConfiguration } from '@aws-sdk/client-sfn';
import type { Region } from '../../places';
import type { Access } from '../../service';
import { keyUse } from '../key-use';

/** The customer managed key of a state machine; none for the key that AWS owns. */
export function keyOf(configuration: EncryptionConfiguration | undefined): string | undefined {
  return configuration?.type === 'CUSTOMER_MANAGED_KMS_KEY' ? configuration.kmsKeyId : undefined;
}

/** `operations` on the key of a state machine, for the caller that describes it, or for the role of its executions. */
export function machineKeyUse(
  region: Region,
  { arn, keyArn }: { arn: string; keyArn?: string },
  operations: string[],
  context: Record<string, string> = {},
): Access[] {
  return keyUse(region, keyArn, operations, { ...context, 'kms:EncryptionContext:aws:states:stateMachineArn': arn });
}

/**
 * What the role of an encrypted state machine has to be allowed, or no execution begins: API_StartExecution has
 * `KmsAccessDeniedException`, and the review of pull request 74 of aws-stepfunctions-examples says that it is of the role too.
 * https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
 */
export function executionKeyUse(
  region: Region,
  machine: { arn: string; keyArn?: string; isLogged: boolean },
): Access[] {
  const logs = { 'kms:EncryptionContext:SourceArn': region.arn('logs', '*') };
  return [
    ...machineKeyUse(region, machine, ['Decrypt', 'GenerateDataKey']),
    ...(machine.isLogged ? keyUse(region, machine.keyArn, ['GenerateDataKey'], logs) : []),
  ];
}
