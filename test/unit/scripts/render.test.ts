import { duration, table } from '../../../cli/render/report';
import { printable, type Screen, standardOutput, wrap } from '../../../cli/render/screen';
import { Story } from '../../../scripts/render/story';
import { Account } from '../../../simulator/account';
import type { Happening } from '../../../simulator/observer';

const screen = (width: number, isTerminal = true): Screen => ({
  isTerminal,
  width,
  paint: (text) => text,
  print: () => {},
});
const ARN = 'arn:aws:backup:eu-west-1:111122223333:recovery-point:1EB3B5E7-9EB0-435A-A80B-108B488B0D45';
const plain = (text: string) => ({ text, tone: 'plain' as const });
const time = '2026-11-20T22:00:04.000Z';

describe('What the commands print', () => {
  it('has no codes for the terminal but the colours of its own', () => {
    const forged = 'a\u001b[1A\u001b[2K\u001b]52;c;aGk=\u0007\u001b[8mb';
    expect(printable(`\u001b[31m${forged}\u001b[39m`)).toBe(
      '\u001b[31ma\\u001b[1A\\u001b[2K\\u001b]52;c;aGk=\\u0007\\u001b[8mb\u001b[39m',
    );
    expect(standardOutput().paint('a\u001b[32mSUCCEEDED', 'plain')).toBe('a\\u001b[32mSUCCEEDED');
  });

  it('is broken between words, and long words stay whole', () => {
    expect(wrap('one two three-and-more\nfour', 8)).toEqual(['one two', 'three-and-more', 'four']);
  });

  it('fits the screen: the last column of a table gives way', () => {
    // Act
    const text = table(
      ['target', 'reason'],
      [[plain('web-1'), plain('a sentence that is far too long for it')]],
      screen(40),
    );

    // Assess
    const lines = text.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(text.replace(/[^a-z]+/g, ' ')).toContain('a sentence that is far too long for it');
  });

  it('never breaks an id or an ARN: where columns cannot give way, a row is a block of lines', () => {
    const rows = [[plain('i-0a1b2c3d4e5f60001 web-1'), plain('COMPLETED'), plain(ARN)]];

    const text = table(['instance', 'backup', 'recovery point'], rows, screen(60));

    expect(text.split('\n')).toEqual([
      'instance        i-0a1b2c3d4e5f60001 web-1',
      'backup          COMPLETED',
      `recovery point  ${ARN}`,
    ]);
  });

  it('is one line a row in a pipe, uncut, with tabs between', () => {
    const rows = [[plain('a\tb\nc'), plain('a sentence that is far too long for a line')]];

    const text = table(['target', 'reason'], rows, screen(20, false));

    expect(text).toBe('target\treason\na\\u0009b\\nc\ta sentence that is far too long for a line');
  });

  it.each([
    [0, '0s'],
    [59.6, '1m 00s'],
    [2585, '43m 05s'],
    [7800, '2h 10m'],
    [6 * 86_400 + 7200, '6d 02h'],
  ])('gives %d seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it.each<[Happening, string, string]>([
    [
      { time, what: 'instance', subject: 'i-0a1b2c3d4e5f60001', detail: { state: 'stopped' } },
      'i-…0001 web-1',
      'instance stopped',
    ],
    [
      {
        time,
        what: 'script',
        subject: 'i-0a1b2c3d4e5f60001',
        detail: { commandId: 'c', commandLine: 'pre.sh', status: 'Failed', exitCode: 3, output: 'disk full\n' },
      },
      'i-…0001 web-1',
      'pre.sh ended Failed (exit code 3): disk full',
    ],
    [
      {
        time,
        what: 'job',
        subject: 'arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system/fs-0123456789abcdef0',
        detail: { kind: 'copy', id: 'j', state: 'FAILED', statusMessage: 'Access Denied' },
      },
      'fs-…def0',
      'copy job FAILED: Access Denied',
    ],
    [
      { time, what: 'notification', subject: 'arn:t', detail: { subject: 'FAILED: run-1', message: '…' } },
      'operator',
      'gets "FAILED: run-1"',
    ],
    [
      { time, what: 'fault', subject: 'ec2:StopInstances', detail: { fault: 'throttle' } },
      'fault',
      'throttle ec2:StopInstances',
    ],
  ])('is a sentence with a subject: %#', (happening, subject, text) => {
    // Act
    const line = new Story({ 'i-0a1b2c3d4e5f60001': 'web-1' }, 'backup-workflows').lineOf(happening);

    // Assess
    expect(line).toMatchObject({ time, subject, text });
  });
});

describe('An observer', () => {
  it('hears what happens while it listens, and nothing before or after', () => {
    // Prepare
    const account = new Account();
    const heard: Happening[] = [];
    try {
      // Act
      account.observer.tell('instance', 'i-1', { state: 'running' });
      const stop = account.observer.observe((happening) => heard.push(happening));
      account.observer.tell('instance', 'i-1', { state: 'stopping' });
      stop();
      account.observer.tell('instance', 'i-1', { state: 'stopped' });
    } finally {
      account.close();
    }

    // Assess
    expect(heard).toEqual([
      { time: '2026-11-20T22:00:00.000Z', what: 'instance', subject: 'i-1', detail: { state: 'stopping' } },
    ]);
  });
});
