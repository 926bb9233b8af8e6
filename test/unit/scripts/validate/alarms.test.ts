import { alarms } from '../../../../scripts/validate/alarms';
import { findingsInTemplate } from './bad-examples';

const stack = (AlarmActions: unknown[], others: object = {}) => ({
  Resources: { LateAlarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions, ...others } } },
});
const TOPIC = { 'Fn::If': ['Given', { Ref: 'NotificationTopicArn' }, { Ref: 'NotificationTopic' }] };

describe('An alarm', () => {
  it('goes to the topic and is explained to the operator', async () => {
    expect(await findingsInTemplate(alarms, stack([TOPIC]), { 'docs/operations.md': '`LateAlarm` means …' })).toEqual(
      [],
    );
  });

  it('that does not reach a person, or is not understood, is found', async () => {
    expect(await findingsInTemplate(alarms, stack([]), { 'docs/operations.md': '' })).toEqual([
      'LateAlarm does not go to the topic',
      'LateAlarm is not explained in docs/operations.md',
    ]);
  });

  it('that rings without data waits after a deployment', async () => {
    const breaching = { TreatMissingData: 'breaching' };
    const pages = { 'docs/operations.md': '`LateAlarm` means …' };
    expect(await findingsInTemplate(alarms, stack([TOPIC], breaching), pages)).toEqual([
      'LateAlarm rings right after its deployment: it needs a WarmUpConfiguration',
    ]);
    const WarmUpConfiguration = { WarmUpPeriodDurationInMinutes: 30 };
    expect(await findingsInTemplate(alarms, stack([TOPIC], { ...breaching, WarmUpConfiguration }), pages)).toEqual([]);
  });
});
