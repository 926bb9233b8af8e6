import type { TableSettings } from '../settings/table-settings';
import type { SwapRun } from './swap-run';

/** The settings that the table gets: with the key that the input chooses, if it chooses one. */
export function withChosenKey({ settings }: Pick<SwapRun, 'settings'>, table: TableSettings): TableSettings {
  return settings.EncryptionKeyArn ? { ...table, kmsKeyArn: settings.EncryptionKeyArn } : table;
}

/** The key of a table that this run restores, as an ARN; undefined for the one that comes with the data. */
export function keyOf({ settings, table }: Pick<SwapRun, 'settings' | 'table'>): string | undefined {
  return settings.EncryptionKeyArn ?? table?.kmsKeyArn;
}

/** The same as DynamoDB's restores take it, where the input chooses a key. */
export function chosenKeyOverride({
  settings: { EncryptionKeyArn: KMSMasterKeyId },
}: Pick<SwapRun, 'settings'>): object {
  return KMSMasterKeyId ? { SSESpecificationOverride: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId } } : {};
}
