import { ACCOUNT, REGION, type RequestTable } from './request-table';

export const scheduler: RequestTable = {
  requests: {
    // On AWS with a flexible window, which does not bear on it.
    'tests_create_schedule_with_invalid_schedule_expression invalid-schedule-expression': (ScheduleExpression) => [
      [
        'scheduler.CreateSchedule',
        {
          Name: 'schedule',
          ScheduleExpression,
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: {
            Arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:function`,
            RoleArn: `arn:aws:iam::${ACCOUNT}:role/role`,
          },
        },
      ],
    ],
  },
  gaps: [],
};
