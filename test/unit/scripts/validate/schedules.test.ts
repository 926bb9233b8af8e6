import { schedules } from '../../../../scripts/validate/schedules';
import { findingsInTemplate } from './bad-examples';

const scheduleWith = (State: unknown, Default: string) => ({
  Parameters: { Enabled: { Type: 'String', Default, AllowedValues: ['ENABLED', 'DISABLED'] } },
  Resources: { Nightly: { Type: 'AWS::Scheduler::Schedule', Properties: { State } } },
});

describe('A schedule', () => {
  it.each([
    [scheduleWith({ Ref: 'Enabled' }, 'DISABLED'), []],
    [scheduleWith({ Ref: 'Enabled' }, 'ENABLED'), ['Nightly: State must be a parameter with the default DISABLED']],
    [scheduleWith(undefined, 'DISABLED'), ['Nightly: State must be a parameter with the default DISABLED']],
  ])('starts nothing before it is turned on (%#)', async (sections, expected) => {
    expect(await findingsInTemplate(schedules, sections)).toEqual(expected);
  });

  it('of a function is held to the same, except the one that the suite needs', async () => {
    const Events = { EveryMinute: { Type: 'Schedule', Properties: { Schedule: 'rate(1 minute)' } } };
    const scheduled = { Type: 'AWS::Serverless::Function', Properties: { Events } };
    const Resources = { ReconcileWaitsFunction: scheduled, OtherFunction: scheduled };

    expect(await findingsInTemplate(schedules, { Resources })).toEqual([
      'EveryMinute: State must be a parameter with the default DISABLED',
    ]);
  });
});
