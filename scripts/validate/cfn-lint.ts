import { type Finding, TEMPLATE } from './project';
import { runChecker } from './run-checker';

/** What cfn-lint finds in the template. */
export async function runCfnLint(programs: string, root: string): Promise<Finding[]> {
  const { stdout, stderr } = await runChecker(programs, 'cfn-lint', ['--format', 'json', TEMPLATE], root);
  return parseReport(stdout || stderr);
}

/** Reads cfn-lint's report; what is not one (cfn-lint itself failed) becomes a finding. */
export function parseReport(report: string): Finding[] {
  try {
    const matches: CfnLintMatch[] = JSON.parse(report);
    return matches.map(({ Filename, Location, Rule, Message }) => ({
      file: Filename,
      line: Location.Start.LineNumber,
      rule: `cfn-lint ${Rule.Id}`,
      message: Message,
    }));
  } catch {
    return [{ file: TEMPLATE, line: 1, rule: 'cfn-lint', message: `cfn-lint failed: ${report.trim()}` }];
  }
}

interface CfnLintMatch {
  Filename: string;
  Location: { Start: { LineNumber: number } };
  Rule: { Id: string };
  Message: string;
}
