import { answerOf } from '../../../../functions/shared/answer';

describe('An answer of AWS', () => {
  it.each([
    [true, 'yes'],
    [false, 'no'],
    [undefined, 'unknown'],
  ] as const)('of %s is %s', (member, answer) => {
    expect(answerOf(member)).toBe(answer);
  });

  it.each([
    ['ENABLED', 'yes'],
    ['DISABLED', 'no'],
    ['UPDATING', 'unknown'],
    [undefined, 'unknown'],
  ] as const)('in words, %s, is %s', (member, answer) => {
    expect(answerOf(member as 'ENABLED' | 'DISABLED' | undefined, 'ENABLED', 'DISABLED')).toBe(answer);
  });
});
