import type { Kind } from '../situation';
import { EFS_RECOVERY } from './efs-recovery';
import { EFS_TO_EFS } from './efs-to-efs';
import { ITEM_RESTORES } from './item-restore';
import { PRE_POST_BACKUP } from './pre-post-backup';
import { RESTORE_TESTS } from './restore-test';
import { OPERATIONS_ON_TABLES, SWAPS } from './tables';

/** Every kind of run. Seeds count on the order: a new one of a workflow, or a new workflow, gives them other situations. */
export const ALL_KINDS: readonly Kind[] = [
  ...PRE_POST_BACKUP,
  ...EFS_RECOVERY,
  ...EFS_TO_EFS,
  ...SWAPS,
  ...OPERATIONS_ON_TABLES,
  ...ITEM_RESTORES,
  ...RESTORE_TESTS,
];
