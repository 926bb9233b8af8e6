import type { Finding, RestoreTestRun, Verdict } from './restore-test-run';

/** AWS Backup shows it beside the job; what is longer is in the run record. */
const MESSAGE_LIMIT = 1000;

/** What the stack's checks lack that could not be read: a test without them would look at less than it was to. */
export function settingsFindings({ warnings = [] }: RestoreTestRun): Finding[] {
  return warnings.map((result) => ({ check: 'settings', result, isBad: true }));
}

/** The verdict of what was looked at. A test that looked at nothing is never good. */
export function verdictOf(findings: Finding[], at: number): Verdict {
  const bad = findings.filter(({ isBad }) => isBad);
  const told = bad.length > 0 ? bad : findings;
  const text = told.map(({ check, result }) => `${check}: ${result}`).join('; ');
  const isGood = findings.length > 0 && bad.length === 0;
  return { status: isGood ? 'SUCCESSFUL' : 'FAILED', message: shortened(text || 'Nothing was looked at.'), at };
}

/** The verdict of a test that could not look. */
export function failedVerdict(reason: string, at: number): Verdict {
  return { status: 'FAILED', message: shortened(reason), at };
}

/** The verdict of a test that came to one after its window. */
export function lateVerdict({ message, at }: Verdict): Verdict {
  return { ...failedVerdict(`Not in time: the validation window ended first. ${message}`, at), isLate: true };
}

function shortened(text: string): string {
  return text.length > MESSAGE_LIMIT ? `${text.slice(0, MESSAGE_LIMIT - 1)}…` : text;
}
