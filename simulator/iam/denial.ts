import { AwsError } from '../errors';
import type { Access, Caller } from '../service';
import type { Denial } from './authorize';
import { roleName } from './role-policies';

interface Form {
  code: string;
  status: number;
  /** Words before the usual sentence. */
  lead?: string;
}

/** Where a service's refusal differs from `AccessDeniedException` with status 400, as its API reference says. */
const FORMS: Record<string, Form> = {
  autoscaling: { code: 'AccessDenied', status: 403 },
  backup: { code: 'AccessDeniedException', status: 403 },
  ec2: { code: 'UnauthorizedOperation', status: 403, lead: 'You are not authorized to perform this operation. ' },
  elasticfilesystem: { code: 'AccessDeniedException', status: 403 },
  iam: { code: 'AccessDenied', status: 403 },
  lambda: { code: 'AccessDeniedException', status: 403 },
  s3: { code: 'AccessDenied', status: 403 },
  scheduler: { code: 'AccessDeniedException', status: 403 },
  sns: { code: 'AuthorizationError', status: 403 },
  sts: { code: 'AccessDenied', status: 403 },
};

/** The refusal in AWS's words. */
export function accessDenied(
  caller: Caller,
  { action, resource }: Access,
  denial: Denial,
  service: string,
  code?: string,
): AwsError {
  const form: Form = FORMS[service] ?? { code: 'AccessDeniedException', status: 400 };
  const reason = denial.startsWith('no ')
    ? `because ${denial} allows the ${action} action`
    : `with an explicit deny in a${denial.startsWith('i') ? 'n' : ''} ${denial}`;
  const sentence = `User: ${userArn(caller)} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
  return new AwsError(code ?? form.code, `${form.lead ?? ''}${sentence}`, form.status);
}

/** Roles show up as sessions; every session here is named after its role. */
function userArn({ principalArn, accountId }: Caller): string {
  if (!principalArn.includes(':role/')) return principalArn;
  const name = roleName(principalArn);
  const [, partition] = principalArn.split(':');
  return `arn:${partition}:sts::${accountId}:assumed-role/${name}/${name}`;
}
