// What template.yaml gives to every function. Import it before the module that is tested: these read it when they load.
Object.assign(process.env, {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'TEST',
  AWS_SECRET_ACCESS_KEY: 'test',
  RUNS_TABLE: 'runs',
  WAITS_TABLE: 'waits',
  WAKE_QUEUE_URL: 'wakes',
  LOCKS_TABLE: 'locks',
  NOTIFICATION_TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:topic',
});
