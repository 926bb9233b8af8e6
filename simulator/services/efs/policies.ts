import type { LifecyclePolicy, Status } from '@aws-sdk/client-efs';
import { SimulatorError } from '../../errors';
import type { Region } from '../../places';
import { efsError } from './errors';
import type { FileSystem } from './file-system';

const switchingSeconds = 5;
const transitions = ['TransitionToIA', 'TransitionToArchive', 'TransitionToPrimaryStorageClass'] as const;

/** Replaces the lifecycle configuration; every element names one transition, and each transition comes once. */
export function putLifecyclePolicies(fileSystem: FileSystem, policies: LifecyclePolicy[]): void {
  const named = policies.flatMap((policy) => transitions.filter((name) => policy[name] !== undefined));
  if (named.length !== policies.length || new Set(named).size !== named.length) {
    throw efsError(
      'BadRequest',
      'Each LifecyclePolicy object must have one transition, and each transition is unique.',
    );
  }
  if (named.includes('TransitionToArchive') && fileSystem.throughputMode !== 'elastic') {
    throw efsError('BadRequest', 'TransitionToArchive is supported with elastic throughput only.');
  }
  fileSystem.lifecyclePolicies = policies.map((policy) => ({ ...policy }));
}

/** Turns automatic backups on or off, which takes a moment. */
export function putBackupPolicy(region: Region, fileSystem: FileSystem, status: Status | undefined): Status {
  if (status !== 'ENABLED' && status !== 'DISABLED') {
    throw efsError('ValidationException', `Invalid backup policy status: ${status}`);
  }
  if (fileSystem.backupPolicy === status) return status;
  const passing = status === 'ENABLED' ? 'ENABLING' : 'DISABLING';
  fileSystem.backupPolicy = passing;
  region.account.clock.after(switchingSeconds, () => {
    if (fileSystem.backupPolicy === passing) fileSystem.backupPolicy = status;
  });
  return passing;
}

/** Reads a file-system policy. A doubt: what it names where it names no resource. */
export function readPolicy({ account }: Region, fileSystem: FileSystem, text: string): string {
  const document = parseDocument(text);
  const statements = [document.Statement].flat().map((statement) => {
    if (!isObject(statement) || !statement.Effect || !statement.Principal) {
      throw efsError('InvalidPolicyException', 'A statement needs Effect and Principal.');
    }
    for (const resource of [statement.Resource ?? fileSystem.arn].flat()) {
      if (resource === fileSystem.arn || resource === '*') continue;
      // API_PutFileSystemPolicy lists InvalidPolicyException without saying when.
      throw new SimulatorError(`The policy of ${fileSystem.arn} names ${resource}, which is not simulated.`);
    }
    const isWhole =
      statement.Resource !== undefined || account.doubts.behaviour('efs.policyWithoutResource') === 'asWritten';
    return isWhole ? statement : { ...statement, Resource: fileSystem.arn };
  });
  return JSON.stringify({ ...document, Statement: statements });
}

function parseDocument(text: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text);
    if (isObject(document)) return document;
  } catch {
    // Told below, in the same words as a text that is JSON but no policy.
  }
  throw efsError('InvalidPolicyException', 'The policy is not a valid JSON document.');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
