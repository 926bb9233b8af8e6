import { AttachRolePolicy } from './iam/operations/attach-role-policy';
import { CreateRole } from './iam/operations/create-role';
import { DeleteRolePolicy } from './iam/operations/delete-role-policy';
import { DetachRolePolicy } from './iam/operations/detach-role-policy';
import { GetRole } from './iam/operations/get-role';
import { GetRolePolicy } from './iam/operations/get-role-policy';
import { ListAttachedRolePolicies } from './iam/operations/list-attached-role-policies';
import { ListRolePolicies } from './iam/operations/list-role-policies';
import { ListRoles } from './iam/operations/list-roles';
import { PutRolePolicy } from './iam/operations/put-role-policy';
import { SimulatePrincipalPolicy } from './iam/operations/simulate-principal-policy';
import { IamState } from './iam/state';

declare module '../places' {
  interface Region {
    readonly iam: Iam;
  }
}

/** AWS IAM: roles and their policies. It is global: every region shows the state that the stack's region holds. */
export class Iam extends IamState {
  AttachRolePolicy = AttachRolePolicy;
  CreateRole = CreateRole;
  DeleteRolePolicy = DeleteRolePolicy;
  DetachRolePolicy = DetachRolePolicy;
  GetRole = GetRole;
  GetRolePolicy = GetRolePolicy;
  ListAttachedRolePolicies = ListAttachedRolePolicies;
  ListRolePolicies = ListRolePolicies;
  ListRoles = ListRoles;
  PutRolePolicy = PutRolePolicy;
  SimulatePrincipalPolicy = SimulatePrincipalPolicy;
}
