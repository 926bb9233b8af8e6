import { conditionMutants } from '../../../../scripts/mutants/condition-mutants';
import { allMutants, nearestTests } from '../../../../scripts/mutants/deciding-files';
import { machineMutants } from '../../../../scripts/mutants/machine-mutants';
import { onceMissed } from '../../../../scripts/mutants/once-missed';
import { patternMutants } from '../../../../scripts/mutants/pattern-mutants';
import { inRandomOrder } from '../../../../scripts/mutants/sample';
import { typescriptMutants } from '../../../../scripts/mutants/typescript-mutants';

/** The sources that the mutants of a source make. */
const madeOf = (source: string) => typescriptMutants('a.ts', source).map((mutant) => mutant.apply());

describe('A mutant of TypeScript', () => {
  it.each([
    ['if (a) b = 1;', ['if (true) b = 1;', 'if (false) b = 1;', 'if (a) ;']],
    ['const a = b === c;', ['const a = (b !== c);']],
    ['const a = !b && c;', ['const a = (!b || c);', 'const a = b && c;']],
    ["const a = 'ü' ?? b < c;", ["const a = ('ü' && (b < c));", "const a = 'ü' ?? (b <= c);"]],
    ['if (a) throw new Error();', ['if (true) throw new Error();', 'if (false) throw new Error();', 'if (a) ;']],
    ['const a = [b, ...c];', ['const a = [b];']],
    ['const a = b.filter(c).some(d);', ['const a = b.filter(c).every(d);', 'const a = b.some(d);']],
  ])('%s', (source, made) => {
    expect(madeOf(source)).toEqual(made);
  });

  it('has no type, import or message in it', () => {
    expect(madeOf("import a from 'a';\ninterface B { isOpen: true }\nconst text = `${a}` + 'b';\n")).toEqual([]);
  });

  it('has an id that stays when something else of the file changes, and not when its declaration does', () => {
    const [before] = typescriptMutants('a.ts', 'const a = !b;');
    const [moved] = typescriptMutants('a.ts', 'const x = 1;\n\nconst a = !b;');
    const [changed] = typescriptMutants('a.ts', 'const aa = !b;');
    expect(moved?.id).toBe(before?.id);
    expect(changed?.id).not.toBe(before?.id);
  });
});

describe('A mutant of a condition of DynamoDB', () => {
  it('always holds, as a whole or in a clause, and uses every value', () => {
    expect(conditionMutants('attribute_not_exists(a) OR runId = :mine').map(({ to }) => to)).toEqual([
      '(attribute_not_exists(a) OR runId = :mine) OR attribute_not_exists(mutant)',
      '(attribute_not_exists(a) OR attribute_not_exists(mutant)) OR runId = :mine',
      'attribute_not_exists(a) OR (runId = :mine OR attribute_not_exists(mutant))',
      'attribute_not_exists(a) AND runId = :mine',
      'attribute_exists(a) OR runId = :mine',
      'attribute_not_exists(a) OR runId <> :mine',
    ]);
  });

  it('is found in strings, and updates are none', () => {
    expect(madeOf("const a = 'version = :version';")).toHaveLength(2);
    expect(madeOf("const a = 'SET version = :version';")).toEqual([]);
  });
});

it('A mutant of a state machine lacks a retry, a catch or one of their errors, or chooses otherwise', () => {
  const machine = {
    StartAt: 'Do',
    States: {
      Do: { Type: 'Task', Retry: [{ ErrorEquals: ['A', 'B'] }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'X' }] },
      'Done?': { Type: 'Choice', Choices: [{ Condition: '{% $states.input.isDone %}', Next: 'X' }] },
    },
  };
  const made = machineMutants('a.asl.json', JSON.stringify(machine, null, 2));
  expect(made.map(({ what }) => what)).toEqual([
    'Do: Retry of A, B → nothing',
    'Do: Retry without A',
    'Do: Retry without B',
    'Do: Catch of States.ALL → nothing',
    'Done?: $states.input.isDone → true',
    'Done?: $states.input.isDone → false',
  ]);
  const [withoutRetry, withoutA] = made.map((mutant) => JSON.parse(mutant.apply()).States.Do);
  expect(withoutRetry.Retry).toBeUndefined();
  expect(withoutA.Retry).toEqual([{ ErrorEquals: ['B'] }]);
});

it('A mutant of an event pattern lacks a key or a value, and intrinsic functions stay', () => {
  const source =
    'Resources:\n  Rule:\n    Properties:\n      EventPattern:\n        source: [!Ref Source]\n        detail: { status: [A, B] }\n';
  const made = patternMutants('template.yaml', source);
  expect(made.map(({ what }) => what)).toEqual([
    'Rule: EventPattern without source',
    'Rule: EventPattern without detail',
    'Rule: EventPattern without detail.status.0',
    'Rule: EventPattern without detail.status.1',
  ]);
  expect(made[2]?.apply()).toContain('source: [ !Ref Source ]');
});

describe('The mutants of this project', () => {
  const mutants = allMutants('.');

  it('are of files that have tests near to them, and each is another one', () => {
    const files = [...new Set(mutants.map(({ file }) => file))];
    expect(files.filter((file) => nearestTests('.', file).length === 0)).toEqual([]);
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
  });

  it('have a random order that a mutant more or less does not change', () => {
    const [, ...others] = mutants;
    expect(inRandomOrder(others)).toEqual(inRandomOrder(mutants).filter((mutant) => mutant !== mutants[0]));
  });

  it('include those that every test once let pass', () => {
    expect(onceMissed('.').every((mutant) => mutant.apply() !== '')).toBe(true);
  });
});
