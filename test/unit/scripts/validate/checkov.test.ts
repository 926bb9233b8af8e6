import { parseCheckovReport } from '../../../../scripts/validate/checkov';

const TEMPLATE = `Globals:
  Function:
    # checkov:skip=CKV_AWS_117: no network
Resources:
  Queue:
    Type: AWS::SQS::Queue
`;

const failure = (check_id: string, resource: string) => ({
  check_id,
  check_name: 'Ensure it',
  resource,
  file_line_range: [5, 6],
});

/** What checkov writes about a template in which these checks failed. */
const reportOf = (...failed_checks: object[]) =>
  JSON.stringify({ summary: { resource_count: 2, parsing_errors: 0 }, results: { failed_checks } });

const inFunction = failure('CKV_AWS_117', 'AWS::Serverless::Function.OneFunction');

describe('The report of checkov', () => {
  it('becomes findings', () => {
    const report = reportOf(inFunction, failure('CKV_AWS_27', 'AWS::SQS::Queue.Queue'));

    expect(parseCheckovReport(report, TEMPLATE)).toEqual([
      { file: 'template.yaml', line: 5, rule: 'checkov CKV_AWS_27', message: 'AWS::SQS::Queue.Queue: Ensure it' },
    ]);
  });

  it('counts an exception in Globals for functions only', () => {
    const report = reportOf(inFunction, failure('CKV_AWS_117', 'AWS::SQS::Queue.Queue'));

    expect(parseCheckovReport(report, TEMPLATE)).toMatchObject([{ message: 'AWS::SQS::Queue.Queue: Ensure it' }]);
  });

  it('asks for the reason of an exception, and for its end once nothing needs it', () => {
    const withoutReason = `${TEMPLATE}    # checkov:skip=CKV_AWS_27\n    # checkov:skip=CKV_AWS_27:\n`;

    expect(parseCheckovReport(reportOf(inFunction), withoutReason)).toMatchObject([
      { line: 7, message: 'the exception has no reason' },
      { line: 8, message: 'the exception has no reason' },
    ]);
    expect(parseCheckovReport(reportOf(), TEMPLATE)).toMatchObject([
      { line: 3, message: 'nothing needs this exception any more' },
    ]);
  });

  it.each([
    ['checkov itself failed', 'Traceback …'],
    [
      'it could not read the template',
      JSON.stringify({ summary: { resource_count: 0, parsing_errors: 1 }, results: { failed_checks: [] } }),
    ],
    ['it found no template', JSON.stringify({ passed: 0, failed: 0 })],
  ])('is not taken for a clean bill of health when %s', (_reason, report) => {
    expect(parseCheckovReport(report, TEMPLATE)).toMatchObject([{ rule: 'checkov', line: 1 }]);
  });
});
