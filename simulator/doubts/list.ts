/**
 * What nobody could look up about AWS, as a value. `worst` is the behaviour that is hardest on whoever uses the account,
 * and the default. Each behaviour says what speaks for it: a page, a recording, another implementation, or caution.
 */
export interface Doubt {
  question: string;
  behaviours: Readonly<Record<string, string>>;
  worst: string;
}

/** Every doubt, by its name: the service and the matter. `npm run doubts -w simulated-aws` writes the page about them. */
export const DOUBTS = {
  'backup.missingVault': {
    question: 'What does AWS Backup answer to DescribeBackupVault of a vault that does not exist?',
    behaviours: {
      AccessDenied: "The Terraform provider takes AccessDeniedException for 'not found' (resource aws_backup_vault).",
      ResourceNotFound: 'API_DescribeBackupVault lists ResourceNotFoundException.',
    },
    worst: 'AccessDenied',
  },
  'backup.efsRestoreMetadata': {
    question: 'What does GetRecoveryPointRestoreMetadata tell of an EFS file system?',
    behaviours: {
      IdOnly:
        'API_StartRestoreJob says "Returned in GetRecoveryPointRestoreMetadata" of file-system-id only; a real answer in issue 2031 of steampipe-plugin-aws has that and a request id.',
      Settings:
        'The page of GetRecoveryPointRestoreMetadata: "the set of metadata key-value pairs that were used to create the backup".',
    },
    worst: 'IdOnly',
  },
  'backup.sourceAccount': {
    question: 'Does AWS Backup give aws:SourceAccount when it assumes the role of a job?',
    behaviours: {
      Absent:
        'Caution: the developer guide, Cross-service confused deputy prevention, speaks of the policies of topics only, and its own role is trusted without a condition.',
      Given:
        'The IAM guide, The confused deputy problem: services give the key when a resource of the account makes them act.',
    },
    worst: 'Absent',
  },
  'stepFunctions.heartbeatError': {
    question: 'By which error does Step Functions report a missed heartbeat?',
    behaviours: {
      Timeout: 'Recorded histories of AWS have `States.Timeout`, which a Retry of the other name alone does not match.',
      HeartbeatTimeout: 'The page on error names has `States.HeartbeatTimeout` for Retry and Catch.',
    },
    worst: 'Timeout',
  },
} as const satisfies Record<string, Doubt>;
