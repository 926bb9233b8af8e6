import { prepareTemplate } from '../../simulator/cloudformation';
import { loadTemplate } from '../../simulator/cloudformation/load-template';
import { isObject, type Json, type JsonObject } from '../../simulator/cloudformation/template';
import { listOf } from '../../simulator/iam/glob';

/** One action that a statement of a role's policies allows. */
export interface Grant {
  /** The role's id, as SAM generates it: `ReportRunFunctionRole`. */
  role: string;
  /** The name of an own policy, or the id of one that several roles of the stack have. */
  policy: string;
  /** The statement's `Sid`, or its place in its policy. */
  statement: string;
  action: string;
  /** As the template says it: `${RunsTable.Arn}`. */
  resources: string[];
  /** As JSON; empty without one. */
  condition: string;
}

const ACCOUNT = '111122223333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/given`;
/** Parameters with which every part of the stack is there. */
export const EVERYTHING = {
  AssumableRoleArns: ROLE,
  EncryptionKeyArn: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/given`,
  ForwardBackupEventsTo: `arn:aws:events:eu-central-1:${ACCOUNT}:event-bus/default`,
  EfsToEfsSourceFileSystemId: 'fs-0123456789abcdef0',
  EfsToEfsVpcId: 'vpc-0123456789abcdef0',
  EfsToEfsSubnetIds: 'subnet-0123456789abcdef0',
  SecondPerson: 'Required',
};

/** What the roles of a template allow with all its parts, in the order of the template. */
export function grantsOf(templatePath: string): Grant[] {
  const { resources } = prepareTemplate(loadTemplate(templatePath), EVERYTHING);
  return Object.entries(resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .flatMap(([role, { Properties = {} }]) => [
      ...listOf<Json>(Properties.Policies).flatMap((policy) => (isObject(policy) ? grantsIn(role, policy) : [])),
      ...listOf<Json>(Properties.ManagedPolicyArns).flatMap((arn) => {
        const PolicyName = isObject(arn) ? String(arn.Ref) : '';
        const { PolicyDocument } = resources[PolicyName]?.Properties ?? {};
        return PolicyDocument ? grantsIn(role, { PolicyName, PolicyDocument }) : [];
      }),
    ]);
}

function grantsIn(role: string, { PolicyName, PolicyDocument }: JsonObject): Grant[] {
  const statements = isObject(PolicyDocument) ? listOf<Json>(PolicyDocument.Statement).filter(isObject) : [];
  return statements.flatMap(({ Effect, Sid, Action, Resource, Condition }, index) =>
    Effect !== 'Allow'
      ? []
      : listOf<Json>(Action).map((action) => ({
          role,
          policy: String(PolicyName),
          statement: String(Sid ?? `statement ${index + 1}`),
          action: String(action),
          resources: listOf<Json>(Resource).map(describeResource),
          condition: Condition === undefined ? '' : JSON.stringify(Condition),
        })),
  );
}

/** `{ "Fn::GetAtt": ["RunsTable", "Arn"] }` → `RunsTable`; what is left of an ARN without its account and partition. */
function describeResource(resource: Json): string {
  const text = JSON.stringify(resource)
    .replace(/\{"Fn::GetAtt":\["(\w+)","Arn"\]\}/g, '$1')
    .replace(/\{"Ref":"(\w+)"\}/g, '$1')
    .replace(/\{"Fn::Sub":(?:\["([^"]*)",\{[^}]*\}\]|"([^"]*)")\}/g, '$1$2')
    .replace(/\$\{(\w+)(?:\.Arn)?\}/g, '$1');
  return text.replace(/^"|"$/g, '').replace(/^arn:aws:/, '');
}
