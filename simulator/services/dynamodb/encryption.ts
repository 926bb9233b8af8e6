import type { SSESpecification } from '@aws-sdk/client-dynamodb';
import type { Region } from '../../places';
import type { Access } from '../../service';
import { keyUse, viaService } from '../key-use';

/** What DynamoDB needs at the least to encrypt a table (Guide: Encryption at rest, Key policy for a customer managed key). */
const ENCRYPTS = [
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'ReEncryptFrom',
  'ReEncryptTo',
];

/**
 * What KMS is asked on behalf of a request's caller before what a customer managed key encrypts is read. Keys of AWS need
 * nothing: their own policies admit every principal that may use DynamoDB. A key's policy is taken to leave the decision
 * to IAM.
 */
export function decryption(region: Region, key: string | undefined): Access[] {
  return keyUse(region, key, ['Decrypt'], viaService(region, 'dynamodb'));
}

/** What KMS is asked before a table is encrypted with a customer managed key. */
export function encryption(region: Region, key: string | undefined): Access[] {
  return keyUse(region, key, ENCRYPTS, viaService(region, 'dynamodb'));
}

/** The key of the table of that name or ARN. */
export function keyOfTable(region: Region, nameOrArn = ''): string | undefined {
  return keyOf(region.dynamodb.tables.get(nameOrArn.split('table/').at(-1) ?? '')?.settings.SSESpecification);
}

export function keyOf(specification: SSESpecification | undefined): string | undefined {
  return specification?.Enabled ? specification.KMSMasterKeyId : undefined;
}
