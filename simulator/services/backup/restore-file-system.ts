import type { StartRestoreJobInput } from '@aws-sdk/client-backup';
import { SimulatorError } from '../../errors';
import { isAllowed } from '../../iam/authorize';
import type { Region } from '../../places';
import type { FileSystem } from '../efs/file-system';
import { keyIsUsable } from '../efs/settings';
import { invalid } from './job-input';
import type { RecoveryPoint } from './recovery-points';
import { type Damage, NOT_AUTHORIZED, type Restoration, refusalOf } from './restoration';
import { TEST_TAG } from './tested-resource';

const fileSystemKeys = [
  'file-system-id',
  'Encrypted',
  'KmsKeyId',
  'PerformanceMode',
  'CreationToken',
  'newFileSystem',
  'singleAzFilesystem',
  'availabilityZoneName',
];

/** Restores the files of an EFS file system, into a directory of a new one or of one that is there. */
export class FileSystemRestoration implements Restoration {
  readonly durationSeconds = 45 * 60;
  private fileSystem: FileSystem | undefined;

  constructor(
    private readonly region: Region,
    private readonly input: StartRestoreJobInput,
    private readonly source: RecoveryPoint,
    private readonly damage: Damage = {},
    private readonly testTags: Record<string, string> = {},
  ) {}

  get madeArn(): string | undefined {
    return this.input.Metadata?.newFileSystem === 'false' ? undefined : this.fileSystem?.arn;
  }

  refusal(): string | undefined {
    const { account, efs } = this.region;
    const { Metadata: metadata = {}, IamRoleArn: role = '' } = this.input;
    const isNew = metadata.newFileSystem !== 'false';
    const caller = { principalArn: role, accountId: account.id };
    const resource = this.region.arn('elasticfilesystem', `file-system/${isNew ? '*' : metadata['file-system-id']}`);
    const actions = ['elasticfilesystem:Restore', ...(isNew ? ['elasticfilesystem:CreateFileSystem'] : [])];
    if (!actions.every((action) => isAllowed(account, caller, { action, resource }))) return NOT_AUTHORIZED;
    if (!isNew) {
      const id = metadata['file-system-id'] ?? '';
      return efs.fileSystem(id) ? undefined : `File system '${id}' does not exist.`;
    }
    return undefined;
  }

  /** Makes the file system that the metadata describe, or takes the one that they name. */
  open(): void {
    const { Metadata: metadata = {}, CopySourceTagsToRestoredResource: copiesTags } = this.input;
    if (metadata.newFileSystem === 'false') {
      this.fileSystem = this.region.efs.fileSystem(metadata['file-system-id'] ?? '');
      return;
    }
    this.fileSystem = this.region.efs.create(metadata.CreationToken ?? '', {
      Encrypted: metadata.Encrypted === 'true',
      ...(metadata.KmsKeyId ? { KmsKeyId: metadata.KmsKeyId } : {}),
      PerformanceMode: metadata.PerformanceMode === 'maxIO' ? 'maxIO' : 'generalPurpose',
      ...(metadata.singleAzFilesystem === 'true' ? { AvailabilityZoneName: metadata.availabilityZoneName ?? '' } : {}),
      Tags: Object.entries({ ...(copiesTags ? this.source.tags : {}), ...this.testTags }).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    });
  }

  close(isDone: boolean, startedAt: Date): string | undefined {
    const stamp = startedAt.toISOString().replace(/[:.]/g, '-');
    this.fileSystem?.directories.push(`${isDone ? 'aws-backup-restore' : 'aws-backup-failed-restore'}_${stamp}`);
    const keptPercent = 100 - (this.damage.LosesFilesPercent ?? 0);
    if (this.fileSystem && isDone) {
      this.fileSystem.lostFilesPercent = 100 - keptPercent;
      this.fileSystem.size.current += Math.floor((this.source.sizeInBytes * keptPercent) / 100);
    }
    return this.fileSystem?.arn;
  }

  remove(): string | undefined {
    const FileSystemId = this.fileSystem?.id;
    if (FileSystemId === undefined || !this.region.efs.fileSystem(FileSystemId)) return undefined;
    if (!this.fileSystem?.tags[TEST_TAG]) return `The file system ${FileSystemId} does not have the tag ${TEST_TAG}.`;
    return refusalOf(() => this.region.efs.DeleteFileSystem({ FileSystemId }));
  }
}

/** Refuses metadata that do not describe a file system. */
export function checkFileSystemMetadata(metadata: Record<string, string>, region: Region): void {
  if (metadata.ItemsToRestore !== undefined) throw new SimulatorError('Restoring single files is not simulated.');
  const unknown = Object.keys(metadata).find((key) => !fileSystemKeys.includes(key));
  if (unknown) throw invalid(`Invalid restore metadata: ${unknown}`);
  const isNew = metadata.newFileSystem !== 'false';
  const required = isNew ? ['Encrypted', 'PerformanceMode'] : ['file-system-id'];
  const missing = required.find((key) => !metadata[key]);
  if (missing) throw invalid(`Restore metadata ${missing} must be provided.`);
  if (!isNew) return;
  // API_StartRestoreJob lists both, and no page says whether they have a default.
  if (!metadata.CreationToken || !metadata.newFileSystem)
    throw new SimulatorError('A restore of a file system without CreationToken or newFileSystem is not simulated.');
  if (metadata.Encrypted !== 'true' && metadata.Encrypted !== 'false') {
    throw invalid(`Invalid restore metadata: Encrypted is ${metadata.Encrypted}`);
  }
  if (metadata.PerformanceMode !== 'generalPurpose' && metadata.PerformanceMode !== 'maxIO') {
    throw invalid(`Invalid restore metadata: PerformanceMode is ${metadata.PerformanceMode}`);
  }
  if ((metadata.singleAzFilesystem === 'true') !== (metadata.availabilityZoneName !== undefined)) {
    throw invalid('singleAzFilesystem and availabilityZoneName must be provided together.');
  }
  if (metadata.KmsKeyId && metadata.Encrypted !== 'true') {
    throw invalid('Encrypted must be true when KmsKeyId is specified.');
  }
  // No page says whether the request is refused, or the job fails.
  if (metadata.KmsKeyId && !keyIsUsable(region, metadata.KmsKeyId))
    throw new SimulatorError(`A restore with the KMS key ${metadata.KmsKeyId} in ${region.name} is not simulated.`);
}
