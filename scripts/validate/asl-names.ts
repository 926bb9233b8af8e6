import type { Check } from './project';
import { statesOf } from './states';

const TITLE_CASE = /^[A-Z0-9]\w*( [A-Z0-9]\w*)*\??$/;

/** State names are in Title Case; those of Choice states, and no others, are questions. */
export const aslNames: Check = (project) =>
  project.stateMachines.flatMap((machine) =>
    statesOf(machine).flatMap(({ name, state, path }) => {
      const report = (message: string) => project.finding(machine.file, path, 'asl-names', `'${name}' ${message}`);
      const isQuestion = name.endsWith('?');
      return [
        ...(TITLE_CASE.test(name) ? [] : [report('is not in Title Case')]),
        ...(state.Type === 'Choice' && !isQuestion ? [report('is a Choice, and its name does not end in "?"')] : []),
        ...(state.Type !== 'Choice' && isQuestion ? [report('is not a Choice, and its name ends in "?"')] : []),
      ];
    }),
  );
