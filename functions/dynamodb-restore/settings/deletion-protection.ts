import { answerOf } from '../../shared/answer';
import type { TableSetting } from './table-setting';
import { update } from './update-table';

const name = 'deletion protection';

/**
 * Whether the table is protected from deletion; absent when DynamoDB did not say. Put back last: a protected table cannot
 * be replaced once more. What is not known is put back: protection that is too much can be taken off.
 */
export const deletionProtection: TableSetting<{ isDeletionProtected?: boolean }> = {
  name,
  read: ({ DeletionProtectionEnabled }) => ({ isDeletionProtected: DeletionProtectionEnabled }),
  changes: ({ TableName, wanted, now }) =>
    answerOf(wanted.isDeletionProtected) !== 'no' && answerOf(now.isDeletionProtected) !== 'yes'
      ? [{ what: name, apply: update(TableName, { DeletionProtectionEnabled: true }) }]
      : [],
  comparable: ({ isDeletionProtected }) => isDeletionProtected,
};
