import validate from 'asl-validator';
import { compile } from '../../simulator/asl/expressions';
import type { Check, Path } from './project';
import { expressionsOf, statesOf } from './states';

const JSONPATH_FIELDS = ['InputPath', 'Parameters', 'ResultSelector', 'ResultPath', 'OutputPath', 'ItemsPath'];
const JSONPATH_FIELD_SUFFIX = /(\.\$|Path)$/;

/** State machines are valid, speak JSONata from the top down and nothing else, and their expressions can be parsed. */
export const aslLanguage: Check = (project) =>
  project.stateMachines.flatMap((machine) => {
    const { file, definition } = machine;
    const report = (path: Path, message: string) => project.finding(file, path, 'asl-language', message);
    // The validator writes into what it is given.
    const { isValid, errorsText } = validate(structuredClone(definition));
    return [
      ...(isValid ? [] : [report([], `asl-validator: ${errorsText('; ')}`)]),
      ...(definition.QueryLanguage === 'JSONata' ? [] : [report([], 'QueryLanguage must be JSONata')]),
      ...statesOf(machine).flatMap((located) => {
        const { name, state, path } = located;
        const fields = Object.keys(state).filter(
          (field) => JSONPATH_FIELDS.includes(field) || JSONPATH_FIELD_SUFFIX.test(field),
        );
        return [
          ...(state.QueryLanguage === undefined
            ? []
            : [report([...path, 'QueryLanguage'], `'${name}' has a QueryLanguage; only the state machine has one`)]),
          ...fields.map((field) => report([...path, field], `'${name}' has the JSONPath field ${field}`)),
          ...expressionsOf(located).flatMap((place) => {
            const problem = syntaxProblem(place.expression);
            return problem ? [report(place.path, `'${name}': ${problem}`)] : [];
          }),
        ];
      }),
    ];
  });

function syntaxProblem(expression: string): string | undefined {
  try {
    compile(expression);
    return undefined;
  } catch (error) {
    return `${(error as Error).message} in ${expression}`;
  }
}
