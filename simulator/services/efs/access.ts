import type { Tag } from '@aws-sdk/client-efs';
import type { Region } from '../../places';
import type { Access } from '../../service';

/** Tagging on creation is authorised on what is created, whose id is not known yet (API_CreateAccessPoint). */
export function taggingAccess(
  region: Region,
  type: 'file-system' | 'access-point',
  tags: Tag[] | undefined,
  context: Access['context'],
): Access[] {
  if (!tags?.length) return [];
  const resource = region.arn('elasticfilesystem', `${type}/*`);
  return [{ action: 'elasticfilesystem:TagResource', resource, context }];
}

/** The first mount target of an account makes EFS's service-linked role; who is asked for that is a doubt. */
export function serviceLinkedRole({ account }: Region): Access[] {
  const hasTargets = account.allRegions.some(({ efs }) => efs.fileSystemsWithTargets > 0);
  if (hasTargets || account.doubts.behaviour('efs.serviceLinkedRole') === 'byEfs') return [];
  const service = 'elasticfilesystem.amazonaws.com';
  const resource = `arn:${account.partition.id}:iam::${account.id}:role/aws-service-role/${service}/AWSServiceRoleForAmazonElasticFileSystem`;
  return [{ action: 'iam:CreateServiceLinkedRole', resource, context: { 'iam:AWSServiceName': service } }];
}
