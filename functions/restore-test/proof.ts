import { TEST_MARK } from '../shared/test-mark';
import type { TestPlan } from './restore-test-run';

/**
 * Why a resource is not one that a test may look into or remove; undefined when its ARN does not speak against it. A
 * test's table has a name of its own, as DynamoDB takes no tags at a restore (Restore testing, "Data deletion").
 */
export function whyNotOurs({ sourceArn, resourceType }: TestPlan, arn: string | undefined): string | undefined {
  if (!arn) return 'AWS Backup does not say what the restore job made.';
  if (arn === sourceArn) return `${arn} is the source itself.`;
  if (resourceType === 'DynamoDB' && !nameOf(arn).startsWith(`${TEST_MARK}-`))
    return `${arn} has no name of a restore test.`;
  return undefined;
}

/** The table's name, or the file system's id, in its ARN. */
export function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
