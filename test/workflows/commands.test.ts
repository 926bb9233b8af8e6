import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const TSX = join(ROOT, 'node_modules/.bin/tsx');

/** Runs a command of package.json as npm would, without npm's own lines. */
function run(script: string, args: string[], input = '') {
  const { NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...env } = process.env;
  return spawnSync(TSX, [join('scripts', script), ...args], { cwd: ROOT, encoding: 'utf8', input, env });
}

// Whole processes: seconds each, and more on a machine that does other things as well.
jest.setTimeout(180_000);

describe('The command `npm run simulate`', () => {
  it('prints one JSON object and nothing else, and exits with 0 when the execution succeeded', () => {
    // Act
    const { status, stdout, stderr } = run('simulate.ts', ['pre-post-backup', '--seed', '7', '--json']);

    // Assess
    expect(status).toBe(0);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      workflow: 'pre-post-backup',
      status: 'SUCCEEDED',
      output: expect.objectContaining({ Targets: 5, Succeeded: 5, Failed: 0 }),
      durationSeconds: expect.any(Number),
      stateTransitions: expect.any(Number),
      historyEvents: expect.any(Number),
      lambdaInvocations: expect.any(Number),
      apiCalls: expect.objectContaining({ 'backup:StartBackupJob': 5 }),
      notifications: [expect.objectContaining({ subject: 'SUCCEEDED: pre-post-backup run-1' })],
      runRecord: expect.objectContaining({ outcome: 'SUCCEEDED' }),
      world: expect.objectContaining({ accountId: '111122223333' }),
      doubts: expect.objectContaining({ 'ec2.resourceTokens': 'perInstance' }),
    });
  });

  it('shows the steps and the cause, and exits with 1 when the execution failed', () => {
    // Act: the input comes from standard input.
    const { status, stdout } = run('simulate.ts', ['pre-post-backup', '--input', '-'], '{"TargetEC2Instance": []}');

    // Assess
    expect(status).toBe(1);
    expect(stdout).toMatch(/^22:00:00 {2}pre-post-backup +Check Fleet$/m);
    expect(stdout).toContain('FAILED (InvalidInputError)');
    expect(stdout).toContain('TargetEC2Instance');
  });

  it('names everything that is wrong with the files, and exits with 2', () => {
    // Act
    const args = ['pre-post-backup', '--json', '--input', 'nowhere.json', '--world', '-', '--faults', 'package.json'];
    const { status, stdout, stderr } = run('simulate.ts', args, '{"instances": [{}]}');

    // Assess
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('--input nowhere.json: ENOENT');
    expect(stderr).toContain('instances[0].InstanceId');
    expect(stderr).toContain('--faults package.json: The faults file is not valid');
  });

  it("refuses what the stack refuses, in the stack's words, and exits with 2", () => {
    // Act
    const world = '{"parameters": {"NotifyOnSuccess": "perhaps"}}';
    const { status, stderr } = run('simulate.ts', ['pre-post-backup', '--world', '-'], world);

    // Assess
    expect(status).toBe(2);
    expect(stderr).toContain("Parameter 'NotifyOnSuccess' must be one of AllowedValues");
  });
});

describe('The command `npm run demo`', () => {
  it('shows every scene in plain lines, and each ends as announced', () => {
    // Act
    const { status, stdout, stderr } = run('demo.ts', []);

    // Assess
    expect(stderr).toBe('');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('✗');
    expect(stdout).toContain('as announced');
    expect(status).toBe(0);
  });
});
