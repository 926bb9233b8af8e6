import type { TableSetting } from './table-setting';
import { update } from './update-table';

const name = 'encryption key';

/** The KMS key's ARN; absent with the key that AWS owns. */
export const encryptionKey: TableSetting<{ kmsKeyArn?: string }> = {
  name,
  read: ({ SSEDescription: sse }) => ({ kmsKeyArn: sse?.Status === 'ENABLED' ? sse.KMSMasterKeyArn : undefined }),
  changes({ TableName, wanted: { kmsKeyArn: KMSMasterKeyId }, now }) {
    if (KMSMasterKeyId === now.kmsKeyArn) return [];
    const SSESpecification = KMSMasterKeyId
      ? { Enabled: true, SSEType: 'KMS' as const, KMSMasterKeyId }
      : { Enabled: false };
    return [{ what: name, apply: update(TableName, { SSESpecification }) }];
  },
  comparable: ({ kmsKeyArn }) => kmsKeyArn,
};
