import { aslVariables } from '../../../../scripts/validate/asl-variables';
import { CATCH_ALL, FAIL, findingsInStates, TASK } from './bad-examples';

const saying = (expression: string) => ({ Type: 'Pass', Output: `{% ${expression} %}`, End: true });

describe('A variable', () => {
  it.each([
    '$sum([1, 2]) + $count($states.input.failures)',
    '$range(0, 10, 2)',
    '$map($states.input, function($item) { $item.id })',
    '($total := 1; $add := function($n) { $n = 0 ? $total : $add($n - 1) }; $add(2))',
    '$states.input.jobs@$job.parts#$index[$index = 0].$job',
    '$states.input[state = $$.wanted].$.id',
  ])('is known in %s', async (expression) => {
    expect(await findingsInStates(aslVariables, { Say: saying(expression) })).toEqual([]);
  });

  it.each([
    ['$failures', '$failures is not assigned on every way to this state'],
    ['$states.input[$limit > 1]', '$limit is not assigned on every way to this state'],
    ['($a := $b; $b := 1; $a)', '$b is not assigned on every way to this state'],
    ['[($a := 1), $a]', '$a is not assigned on every way to this state'],
    ['$merge([{"a": $shout("x")}])', '$shout is not assigned on every way to this state'],
    ['$states.outcome', '$states has no field outcome'],
    ['$now()', '$now is a clock: executions must not depend on when they run'],
    ['$uuid()', '$uuid is chance: a repeated execution must do the same'],
    ['$eval("1")', '$eval is not supported by Step Functions'],
  ])('in %s is found', async (expression, problem) => {
    expect(await findingsInStates(aslVariables, { Say: saying(expression) })).toEqual([`'Say': ${problem}`]);
  });

  it('is known after the state that assigns it', async () => {
    const findings = await findingsInStates(aslVariables, {
      Remember: { Type: 'Pass', Assign: { runId: 1 }, Next: 'Say' },
      Say: saying('$runId'),
    });

    expect(findings).toEqual([]);
  });

  it('is not known when a catcher leads past its assignment', async () => {
    const findings = await findingsInStates(aslVariables, {
      Stop: { ...TASK, End: undefined, Assign: { runId: 1 }, Next: 'Say', Catch: [CATCH_ALL('Say')] },
      Say: saying('$runId'),
      Broken: FAIL,
    });

    expect(findings).toEqual(["'Say': $runId is not assigned on every way to this state"]);
  });

  it.each([
    ['INLINE', []],
    ['DISTRIBUTED', ["'Say': $runId is not assigned on every way to this state"]],
  ])('of the parent: in an %s map', async (Mode, expected) => {
    const ItemProcessor = { ProcessorConfig: { Mode }, StartAt: 'Say', States: { Say: saying('$runId') } };
    const findings = await findingsInStates(aslVariables, {
      Remember: { Type: 'Pass', Assign: { runId: 1 }, Next: 'Groups' },
      Groups: { Type: 'Map', ItemProcessor, End: true },
    });

    expect(findings).toEqual(expected);
  });
});
