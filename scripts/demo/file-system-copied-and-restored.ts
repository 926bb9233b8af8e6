import { defaultWorld, exampleInput } from '../../scenarios/simulation';
import { type Scene, unmet } from './scene';

/** A file system's backup goes to another region and comes to life there. */
export const fileSystemCopiedAndRestored: Scene = {
  workflow: 'efs-copy-restore',
  announcement:
    'The newest recovery point of a file system is copied to another region and restored there into a new file system.',
  world: defaultWorld('efs-copy-restore'),
  input: exampleInput('efs-copy-restore'),
  check(result) {
    const { RestoredFileSystemId } = (result.output ?? {}) as { RestoredFileSystemId?: string };
    const restored = result.world.fileSystems?.find(({ FileSystemId }) => FileSystemId === RestoredFileSystemId);
    return unmet({
      'The run did not succeed.': result.status === 'SUCCEEDED',
      'The restored file system does not exist in another region.':
        restored !== undefined && restored.Region !== result.world.region,
      'The restored file system has no restored data in it.': (restored?.Directories ?? []).some((directory) =>
        directory.startsWith('aws-backup-restore'),
      ),
    });
  },
};
