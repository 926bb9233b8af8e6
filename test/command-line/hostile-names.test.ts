import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Night, world } from '../../scenarios/efs-to-efs/night';
import { Directories, type Report } from '../../scenarios/worker/directories';
import { describeWorker } from '../worker/describe-worker';
import { LocalAccount } from './local-account';
import { hasTerminal } from './terminal';

jest.setTimeout(180_000);

/** What anybody who may make a file on the source can put into its name. */
const NAMES = [
  'moves\u001b[1A\u001b[2Kup',
  'clipboard\u001b]52;c;ZXZpbA==\u0007',
  'link\u001b]8;;evil.example\u001b\\here',
  'hidden\u001b[8mtext',
  'return\rSUCCEEDED all files copied',
  'mail\nOutcome: SUCCEEDED\nConfirm at evil.example',
  'c1\u009b2Jcsi',
  'bidi\u202egpj.exe\u2066\u2069',
  'separators\u2028line\u2029paragraph',
  'zero\u200bwidth\ufeffmark',
  'tag\u{e0041}character',
  'bell\u0007backspace\b\u007fdelete',
];
/** What may stand between lines and nothing else: the command's own colours, and the end of its live line. */
const OWN_CODES = new RegExp(`${String.fromCharCode(27)}\\[(?:K|[0-9;]*m)|\\r`, 'g');
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function unsafeIn(text: string): string[] {
  return text.split('\n').filter((line) => UNSAFE.test(line));
}

/** Lines that one of the names made, and not the program. */
function forgedIn(text: string): string[] {
  return text.split('\n').filter((line) => /^\s*(Outcome: SUCCEEDED|Confirm at|SUCCEEDED all)/.test(line));
}

/** The paths that are shown, each quoted and on one line. */
function pathsIn(text: string): string[] {
  return NAMES.map((name) => name.split(/[^a-z0-9]/)[0] ?? '').filter((word) => !text.includes(word));
}

describeWorker('Names of files that are meant for a terminal or a mail', () => {
  let directories: Directories;
  let report: Report;

  beforeAll(() => {
    directories = new Directories();
    for (const name of NAMES) writeFileSync(join(directories.source, name), 'hello');
    expect(directories.backup().outcome).toBe('COMPLETED');
    const [copy = ''] = readdirSync(join(directories.label, 'copies'));
    const data = join(directories.label, 'copies', copy, 'data');
    for (const name of readdirSync(data)) {
      const { atime, mtime } = statSync(join(data, name));
      writeFileSync(join(data, name), 'hellO');
      utimesSync(join(data, name), atime, mtime);
    }
    report = directories.run({
      action: 'verify',
      backup: { fileSystemId: 'fs-00000002' },
      folderLabel: 'app',
      copy: { newest: true },
      sampleFiles: 0,
    });
  });

  afterAll(() => directories.remove());

  /** A world in which the simulated worker reports what the real one did. */
  const reporting = () => {
    const { reason, message, failedPaths = [] } = report;
    return world({
      works: [
        {
          Seconds: 60,
          Outcome: 'FAILED',
          Reason: reason,
          Message: message,
          Facts: { failedPaths },
          Times: 'always',
        },
      ],
    });
  };

  it('are in the report of the worker, and in its log on one line each', () => {
    expect(report.outcome).toBe('FAILED');
    expect(report.failedPaths).toHaveLength(NAMES.length);
    expect(unsafeIn(report.failedPaths?.join('\n') ?? '')).toEqual([]);
  });

  it('reach a mail escaped, on a line of their own', async () => {
    const night = await Night.open(reporting());
    try {
      await night.run();
      const { subject = '', message = '' } = night.notifications.at(-1) ?? {};

      expect(subject).toMatch(/^FAILED/);
      expect(unsafeIn(`${subject}\n${message}`)).toEqual([]);
      expect(forgedIn(message)).toEqual([]);
      expect(pathsIn(message)).toEqual([]);
    } finally {
      night.close();
    }
  });

  describe('Names that others chose reach an operator escaped:', () => {
    let account: LocalAccount;
    let run: string;

    beforeAll(async () => {
      account = await LocalAccount.serve({ minutesPerSecond: 30, world: reporting() });
      const started = account.run(['efs-to-efs', 'start', '--follow', '--port', String(account.port)]);
      run = started.stdout;
    });

    afterAll(() => account.stop());

    it('in a pipe', () => {
      const [newest] = JSON.parse(account.run(['list', '--json', '--port', String(account.port)]).stdout);
      const { stdout } = account.run(['status', newest.runId, '--port', String(account.port)]);
      const json = account.run(['status', newest.runId, '--json', '--port', String(account.port)]).stdout;

      for (const text of [run, stdout, json]) {
        expect(unsafeIn(text)).toEqual([]);
        expect(forgedIn(text)).toEqual([]);
      }
      expect(pathsIn(stdout.replaceAll(/\s+/g, ''))).toEqual([]);
      expect(JSON.parse(json).report.failedPaths).toEqual(report.failedPaths);
    });

    (hasTerminal ? it : it.skip)('on a terminal, with colours', () => {
      const [newest] = JSON.parse(account.run(['list', '--json', '--port', String(account.port)]).stdout);
      const { NO_COLOR: _, ...env } = account.environment();
      const command = `${process.execPath} ${account.command} status ${newest.runId} --port ${account.port}`;
      const { stdout } = spawnSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
        encoding: 'utf8',
        env: { ...env, TERM: 'xterm-256color', FORCE_COLOR: '1' },
      });

      const shown = stdout.replaceAll(OWN_CODES, '');
      expect(shown).toContain('failedPaths');
      expect(unsafeIn(shown)).toEqual([]);
      expect(forgedIn(shown)).toEqual([]);
    });
  });
});
