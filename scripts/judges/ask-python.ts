import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pythonPrograms } from '../python-environment';

interface Asked {
  /** Which of the pinned environments has what the program needs. */
  environment: 'judges' | 'checkers';
  /** In scripts/python. */
  program: string;
  arguments?: readonly string[];
  /** What it reads from its standard input, as a line of JSON each. */
  lines?: readonly unknown[];
}

const MOST_OUTPUT_BYTES = 2 ** 28;

/** Runs a program that asks a judge written in Python; returns what it prints. Throws `failure` with its last words. */
export function askPython(root: string, asked: Asked, failure: string): string {
  const { environment, program, lines = [] } = asked;
  const python = join(pythonPrograms(environment, root), 'python');
  const given = [join(root, 'scripts/python', program), ...(asked.arguments ?? [])];
  const input = lines.map((line) => JSON.stringify(line)).join('\n');
  const { status, stdout, stderr } = spawnSync(python, given, {
    input,
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT_BYTES,
  });
  if (status !== 0) throw new Error(`${failure}: ${stderr.trim().split('\n').at(-1)}`);
  return stdout;
}
