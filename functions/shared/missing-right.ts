/**
 * The right that a refused call lacks, in AWS's own words: "is not authorized to perform: backup:DescribeBackupVault on
 * …" (IAM guide, "Troubleshoot access denied error messages"). Undefined when the refusal names none: AWS Backup also
 * denies access to a vault that does not exist.
 */
export function missingRight(error: unknown): string | undefined {
  return /not authorized to perform: ([a-z0-9-]+:\w+)/i.exec((error as Error).message)?.[1];
}
