import { restoresPage } from '../../../cli/restores-page';

const RESOURCE = {
  resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/ParksAr',
  type: 'DynamoDB',
  testedAt: Date.parse('2026-11-21T03:40:00Z'),
  run: 'nightly',
  verdict: 'SUCCESSFUL' as const,
  message: 'items: 5',
  checks: ['items: 5'],
  recoverySeconds: 1500,
  rtoSeconds: 14_400,
  ageSeconds: 90_000,
  rpoSeconds: 86_400,
  recoveryPointArn: 'arn:aws:backup:eu-west-1:111122223333:recovery-point:1',
  trend: [1400, null],
};
const STACK = { stack: 'backup-workflows', region: 'eu-west-1', accountId: '111122223333', at: RESOURCE.testedAt };

describe('The page about restore tests', () => {
  it('says of each resource what was measured and what was wanted', () => {
    const page = restoresPage([RESOURCE], STACK);

    expect(page).toContain('the last test of 1 of 1 resources was good');
    expect(page).toContain('25m 00s, wanted 4h 00m: met');
    expect(page).toContain('25h 00m, wanted 24h 00m: missed');
    expect(page).toContain('23m 20s, failed');
  });

  it('has names and messages of others as text, and nothing that loads or runs', () => {
    const message = '</dd><script>alert(1)</script>\u202e';

    const page = restoresPage([{ ...RESOURCE, message, checks: ['<img src=x>'] }], STACK);

    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
    expect(page).not.toContain('\u202e');
    expect(page).toContain('&lt;script&gt;alert(1)');
    expect(page).toContain("default-src 'none'");
  });
});
