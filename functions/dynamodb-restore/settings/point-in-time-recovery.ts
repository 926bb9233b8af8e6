import { UpdateContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../shared/clients/dynamodb-control';
import { lookAtRecovery } from '../last-minute';
import type { TableSetting } from './table-setting';

const name = 'point-in-time recovery';

/** How many days back the table can be restored; absent when point-in-time recovery is off. */
export const pointInTimeRecovery: TableSetting<{ pointInTimeRecoveryDays?: number }> = {
  name,
  async read(_table, TableName) {
    return { pointInTimeRecoveryDays: (await lookAtRecovery(TableName)).days };
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
