import { CreateAccessPoint } from './efs/operations/create-access-point';
import { CreateFileSystem } from './efs/operations/create-file-system';
import { CreateMountTarget } from './efs/operations/create-mount-target';
import { DeleteFileSystem } from './efs/operations/delete-file-system';
import { DeleteMountTarget } from './efs/operations/delete-mount-target';
import { DescribeAccessPoints } from './efs/operations/describe-access-points';
import { DescribeBackupPolicy } from './efs/operations/describe-backup-policy';
import { DescribeFileSystemPolicy } from './efs/operations/describe-file-system-policy';
import { DescribeFileSystems } from './efs/operations/describe-file-systems';
import { DescribeLifecycleConfiguration } from './efs/operations/describe-lifecycle-configuration';
import { DescribeMountTargets } from './efs/operations/describe-mount-targets';
import { DescribeReplicationConfigurations } from './efs/operations/describe-replication-configurations';
import { PutBackupPolicy } from './efs/operations/put-backup-policy';
import { PutFileSystemPolicy } from './efs/operations/put-file-system-policy';
import { PutLifecycleConfiguration } from './efs/operations/put-lifecycle-configuration';
import { TagResource } from './efs/operations/tag-resource';
import { UpdateFileSystem } from './efs/operations/update-file-system';
import { UpdateFileSystemProtection } from './efs/operations/update-file-system-protection';
import { EfsState } from './efs/state';

declare module '../places' {
  interface Region {
    readonly efs: Efs;
  }
}

/** Amazon EFS: file systems with their mount targets, access points and policies; files are not simulated. */
export class Efs extends EfsState {
  CreateAccessPoint = CreateAccessPoint;
  CreateFileSystem = CreateFileSystem;
  CreateMountTarget = CreateMountTarget;
  DeleteFileSystem = DeleteFileSystem;
  DeleteMountTarget = DeleteMountTarget;
  DescribeAccessPoints = DescribeAccessPoints;
  DescribeBackupPolicy = DescribeBackupPolicy;
  DescribeFileSystemPolicy = DescribeFileSystemPolicy;
  DescribeFileSystems = DescribeFileSystems;
  DescribeLifecycleConfiguration = DescribeLifecycleConfiguration;
  DescribeMountTargets = DescribeMountTargets;
  DescribeReplicationConfigurations = DescribeReplicationConfigurations;
  PutBackupPolicy = PutBackupPolicy;
  PutFileSystemPolicy = PutFileSystemPolicy;
  PutLifecycleConfiguration = PutLifecycleConfiguration;
  TagResource = TagResource;
  UpdateFileSystem = UpdateFileSystem;
  UpdateFileSystemProtection = UpdateFileSystemProtection;
}
