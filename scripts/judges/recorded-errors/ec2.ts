import type { RequestTable } from './request-table';

export const ec2: RequestTable = {
  requests: {
    'test_ec2_stop_with_protection_enabled ec2.StopInstances_1': [
      ['account.load', { instances: [{ InstanceId: 'i-000b2f5125402eb55', StopProtection: true }] }],
      ['ec2.StopInstances', { InstanceIds: ['i-000b2f5125402eb55'] }],
    ],
    'test_ami_deregister_delete_snap ec2.DescribeSnapshots_1': [
      ['ec2.DescribeSnapshots', { SnapshotIds: ['snap-0d16416527e67c663'] }],
    ],
  },
  gaps: [
    [/test_ec2_flow_logs/, 'ec2.CreateFlowLogs'],
    [/test_raise_create_volume/, 'ec2.CreateVolume'],
  ],
};
