import { parseReport } from '../../../../scripts/validate/cfn-lint';

describe('The report of cfn-lint', () => {
  it('becomes findings', () => {
    const report = [
      {
        Filename: 'template.yaml',
        Location: { Start: { LineNumber: 12, ColumnNumber: 3 } },
        Rule: { Id: 'E3001' },
        Message: 'Invalid or unsupported Type',
      },
    ];

    expect(parseReport(JSON.stringify(report))).toEqual([
      { file: 'template.yaml', line: 12, rule: 'cfn-lint E3001', message: 'Invalid or unsupported Type' },
    ]);
  });

  it('is not taken for a clean bill of health when cfn-lint itself failed', () => {
    expect(parseReport('Traceback …')).toMatchObject([{ message: 'cfn-lint failed: Traceback …' }]);
  });
});
