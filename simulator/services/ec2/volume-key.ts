import { isAllowed } from '../../iam/authorize';
import type { Region } from '../../places';
import type { Caller } from '../../service';
import { keyUse, viaService } from '../key-use';
import { stateOf } from '../kms';
import type { Ec2Instance } from './instance';

/** Whether EC2 gets the key of an instance's volumes when `caller` starts it: the key is usable and the caller may grant. */
export function mayUseKey(region: Region, { declared }: Ec2Instance, caller: Caller): boolean {
  const { VolumeKmsKeyId } = declared;
  if (!VolumeKmsKeyId) return true;
  const key = region.kms.key(VolumeKmsKeyId);
  if (key?.KeyManager === 'AWS') return true;
  if (!key || stateOf(key) !== 'Enabled') return false;
  const context = { ...viaService(region, 'ec2'), 'kms:GrantIsForAWSResource': 'true' };
  return keyUse(region, VolumeKmsKeyId, ['CreateGrant'], context).every((access) =>
    isAllowed(region.account, caller, access),
  );
}
