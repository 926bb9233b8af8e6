import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultWorld } from '../../scenarios/simulation';
import { type Scene, unmet } from './scene';

const INPUT = join(__dirname, '../../events/efs-copy-restore-source-region-down.json');

/** The region of the file system is down, and the stack in the other one brings the data back. */
export const sourceRegionDown: Scene = {
  workflow: 'efs-copy-restore',
  announcement:
    'The region of a file system does not answer. The stack that is deployed in the destination asks it for nothing ' +
    'more, restores the newest copy there, and says that there may be newer recovery points.',
  world: defaultWorld('efs-source-region-down'),
  input: JSON.parse(readFileSync(INPUT, 'utf8')),
  check(result) {
    const output = (result.output ?? {}) as { RestoredFileSystemId?: string; CopyJobId?: string; Warning?: string };
    const restored = result.world.fileSystems?.find(({ FileSystemId }) => FileSystemId === output.RestoredFileSystemId);
    return unmet({
      'The run did not succeed.': result.status === 'SUCCEEDED',
      'Something was copied although the source does not answer.': output.CopyJobId === undefined,
      'The restored file system does not exist in the destination.': restored?.Region === result.world.region,
      'The restored file system is not encrypted.': restored?.Encrypted === true,
      'The run does not warn that its data may be old.': output.Warning?.includes('does not answer') === true,
    });
  },
};
