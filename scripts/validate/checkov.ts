import { type Finding, TEMPLATE } from './project';
import { runChecker } from './run-checker';

const ARGS = ['--framework', 'cloudformation', '--skip-download', '--quiet', '--compact', '--output', 'json'];
/** The comment by which checkov itself knows an exception; it sees them in resources, we also in Globals. */
const EXCEPTION = /# checkov:skip=(\w+):?(.*)/;

/** What checkov's rules say about the template, its exceptions apart. */
export async function runCheckov(programs: string, root: string, template: string): Promise<Finding[]> {
  const { stdout, stderr } = await runChecker(programs, 'checkov', ['--file', TEMPLATE, ...ARGS], root);
  return parseCheckovReport(stdout || stderr, template);
}

/**
 * Reads checkov's report. An exception in a comment of `Globals.Function` counts for every function: its reason stands
 * where the property would. An exception without a reason, or one in Globals that nothing needs any more, is a finding.
 */
export function parseCheckovReport(report: string, template: string): Finding[] {
  const failed = failedChecks(report);
  if (!failed) return [{ file: TEMPLATE, line: 1, rule: 'checkov', message: `checkov failed: ${report.trim()}` }];
  const exceptions = exceptionsIn(template);
  const general = exceptions.filter(({ isGlobal }) => isGlobal);
  const isExcepted = ({ check_id, resource }: FailedCheck) =>
    resource.startsWith('AWS::Serverless::Function.') && general.some(({ id }) => id === check_id);
  const found = (line: number, id: string, message: string) => ({
    file: TEMPLATE,
    line,
    rule: `checkov ${id}`,
    message,
  });
  return [
    ...failed
      .filter((check) => !isExcepted(check))
      .map(({ check_id, check_name, resource, file_line_range: [line] }) =>
        found(line, check_id, `${resource}: ${check_name}`),
      ),
    ...exceptions.filter(({ reason }) => !reason).map(({ id, line }) => found(line, id, 'the exception has no reason')),
    ...general
      .filter(({ id }) => !failed.some(({ check_id }) => check_id === id))
      .map(({ id, line }) => found(line, id, 'nothing needs this exception any more')),
  ];
}

interface FailedCheck {
  check_id: string;
  check_name: string;
  /** `AWS::SQS::Queue.FailedEventsQueue` */
  resource: string;
  file_line_range: [number, number];
}

/** The checks that failed; undefined when this is no report, or the report of a template that checkov could not read. */
function failedChecks(report: string): FailedCheck[] | undefined {
  try {
    const { results, summary } = JSON.parse(report);
    return summary.resource_count > 0 && summary.parsing_errors === 0 ? results.failed_checks : undefined;
  } catch {
    return undefined;
  }
}

function exceptionsIn(template: string) {
  let section = '';
  return template.split('\n').flatMap((text, index) => {
    section = /^(\w+):/.exec(text)?.[1] ?? section;
    const [, id, reason = ''] = EXCEPTION.exec(text) ?? [];
    return id ? [{ id, reason: reason.trim(), line: index + 1, isGlobal: section === 'Globals' }] : [];
  });
}
