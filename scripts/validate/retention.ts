import { type Check, TEMPLATE } from './project';

const DATA_TYPES = [
  'AWS::Backup::BackupVault',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::EFS::FileSystem',
  'AWS::KMS::Key',
  'AWS::S3::Bucket',
];

/** Data that is of no use once the stack is deleted, with the reason. */
const TRANSIENT: Readonly<Record<string, string>> = {
  LocksTable: 'a lock means nothing without the state machines whose runs hold it',
  NotificationKey: 'a topic keeps nothing that it has delivered',
  WaitsTable: 'a task token means nothing without the execution that waits for it',
};

const POLICIES = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' } as const;

/** What may hold an only copy outlives the stack; logs are kept for a stated time. */
export const retention: Check = (project) =>
  Object.entries(project.template.Resources).flatMap(([logicalId, resource]) => {
    const report = (message: string) =>
      project.finding(TEMPLATE, ['Resources', logicalId], 'retention', `${logicalId} ${message}`);
    const holdsData = DATA_TYPES.includes(resource.Type) && !TRANSIENT[logicalId];
    return [
      // Retain would also keep what a failed first deployment made, in the way of the next one.
      ...(Object.entries(POLICIES) as [keyof typeof POLICIES, string][])
        .filter(([policy, wanted]) => holdsData && resource[policy] !== wanted)
        .map(([policy, wanted]) => report(`holds data and its ${policy} is not ${wanted}`)),
      ...(resource.Type === 'AWS::Logs::LogGroup' && resource.Properties?.RetentionInDays === undefined
        ? [report('has no RetentionInDays')]
        : []),
    ];
  });
