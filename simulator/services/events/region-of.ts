import { AwsError } from '../../errors';
import type { Account, Region } from '../../places';

/** The region in which a resource is, by its ARN. */
export function regionOf(account: Account, arn: string): Region {
  const [, , , region, owner] = arn.split(':');
  if (owner !== undefined && owner !== '' && owner !== account.id)
    throw new AwsError('AccessDeniedException', `${arn} belongs to another account, which is not simulated.`, 403);
  return account.region(region || undefined);
}
