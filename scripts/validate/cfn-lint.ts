import { spawnSync } from 'node:child_process';
import { type Finding, TEMPLATE } from './project';

/** Runs cfn-lint on the template, with its findings; `undefined` where it is not installed. */
export function runCfnLint(root: string): Finding[] | undefined {
  const { error, stdout, stderr } = spawnSync('cfn-lint', ['--format', 'json', TEMPLATE], {
    cwd: root,
    encoding: 'utf8',
  });
  if (error) return undefined;
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
