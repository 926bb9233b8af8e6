import { DescribeContinuousBackupsCommand, UpdateContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import type { TableSetting } from './table-setting';

const name = 'point-in-time recovery';
/** The period of a table whose answer names none: it was on before periods could be chosen. */
const LONGEST_DAYS = 35;

/** How many days back the table can be restored; absent when point-in-time recovery is off. */
export const pointInTimeRecovery: TableSetting<{ pointInTimeRecoveryDays?: number }> = {
  name,
  async read(_table, TableName) {
    const { ContinuousBackupsDescription: backups } = await dynamodb.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    const pitr = backups?.PointInTimeRecoveryDescription;
    const isOn = pitr?.PointInTimeRecoveryStatus === 'ENABLED';
    return { pointInTimeRecoveryDays: isOn ? (pitr?.RecoveryPeriodInDays ?? LONGEST_DAYS) : undefined };
  },
  changes({ TableName, wanted: { pointInTimeRecoveryDays: RecoveryPeriodInDays }, now }) {
    if (RecoveryPeriodInDays === undefined || RecoveryPeriodInDays === now.pointInTimeRecoveryDays) return [];
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays };
    const apply = () =>
      dynamodb.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
    return [{ what: name, apply }];
  },
  comparable: ({ pointInTimeRecoveryDays }) => pointInTimeRecoveryDays,
};
