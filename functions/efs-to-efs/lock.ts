import { GROUP_NAME } from './settings';

/** What a run claims. All runs of a stack share its one worker, so there is one lock, whatever they copy. */
export function lockOf(): string {
  return `efs-to-efs ${GROUP_NAME}`;
}
