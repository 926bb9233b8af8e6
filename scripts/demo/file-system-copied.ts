import { defaultWorld, exampleInput } from '../../scenarios/simulation';
import { type Scene, unmet } from './scene';

/** A nightly copy of a file system to another. */
export const fileSystemCopied: Scene = {
  workflow: 'efs-to-efs',
  announcement:
    'A file system is copied to another by an instance that is launched for it, and gone as soon as the copy is complete.',
  world: defaultWorld('efs-to-efs'),
  input: exampleInput('efs-to-efs'),
  check(result) {
    const copies = (result.world.fileSystems ?? []).flatMap(({ Copies }) => Copies ?? []);
    return unmet({
      'The run did not succeed.': result.status === 'SUCCEEDED',
      'There is not one copy.': copies.length === 1,
      'An instance is left.': (result.world.instances ?? []).every(({ State }) => State === 'terminated'),
    });
  },
};
