import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** What a checker wrote, and how it ended: these programs also end with an error when they found something. */
interface CheckerRun {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Nothing here asks AWS anything: SAM only wants to know a region, and none of them is to report to its maker. */
const ENVIRONMENT = { AWS_DEFAULT_REGION: 'eu-west-1', SAM_CLI_TELEMETRY: '0' };

/** Runs a checker that was installed into `programs`. Rejects when it cannot be started. */
export function runChecker(programs: string, name: string, args: string[], root: string): Promise<CheckerRun> {
  const options = { cwd: root, env: { ...process.env, ...ENVIRONMENT }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    const child = execFile(join(programs, name), args, options, (error, stdout, stderr) => {
      if (error && child.exitCode === null) reject(error);
      else resolve({ exitCode: child.exitCode ?? 0, stdout, stderr });
    });
  });
}
