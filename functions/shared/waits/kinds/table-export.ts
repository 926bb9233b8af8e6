import { DescribeExportCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../clients/dynamodb-control';
import { nowSeconds } from '../../clock';
import { LOOKED_FOR } from '../rhythms';
import type { Settled, WaitKind } from '../waits';

/** Waits for exports of tables (resources are ARNs) to end; DynamoDB sends no event about them. API_ExportDescription. */
export const tableExport: WaitKind = {
  name: 'table-export',
  actions: ['dynamodb:DescribeExport'],
  delaySeconds: LOOKED_FOR,
  async check(_wait, exportArns) {
    const settled: Record<string, Settled> = {};
    for (const ExportArn of exportArns) {
      const { ExportDescription: found } = await dynamodb.send(new DescribeExportCommand({ ExportArn }));
      if (found?.ExportStatus !== 'COMPLETED' && found?.ExportStatus !== 'FAILED') continue;
      const reason = [found.FailureCode, found.FailureMessage].filter(Boolean).join(': ');
      settled[ExportArn] = { state: found.ExportStatus, at: nowSeconds(), ...(reason && { statusMessage: reason }) };
    }
    return settled;
  },
};
