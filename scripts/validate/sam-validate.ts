import { type Finding, TEMPLATE } from './project';
import { runChecker } from './run-checker';

/** What `sam validate --lint` says about the template; it has no report for programs, so its words are one finding. */
export async function runSamValidate(programs: string, root: string): Promise<Finding[]> {
  const { exitCode, stdout, stderr } = await runChecker(programs, 'sam', ['validate', '--lint', '-t', TEMPLATE], root);
  if (exitCode === 0) return [];
  return [{ file: TEMPLATE, line: 1, rule: 'sam validate', message: `${stdout}${stderr}`.trim() }];
}
