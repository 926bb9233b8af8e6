import { readFileSync } from 'node:fs';
import type { Aws } from './aws';
import { usageFailure } from './failure';
import type { Output } from './render/data';
import type { Screen } from './render/screen';
import type { Stack } from './stack';
import type { Terminal } from './terminal';

/** Where and how a command works. */
export interface CommonOptions {
  stack?: string;
  region?: string;
  /** Of the AWS configuration files; wins over credentials of the environment. */
  profile?: string;
  /** The simulated account of `npm run local`, at this port. */
  localPort?: number;
  /** Data instead of words and tables. */
  json: boolean;
  output?: Output;
}

/** All that a command may touch. */
export interface Session {
  aws: Aws;
  /** The deployed stack, looked for when it is first needed. */
  stack(): Promise<Stack>;
  options: CommonOptions;
  screen: Screen;
  /** Data in the form that was asked for. */
  asData(data: unknown): string;
  /** For questions; absent without an interactive terminal. */
  terminal?: Terminal;
  /** The operator's name, for records. */
  user: string;
  sleep(seconds: number): Promise<void>;
  /** How long to wait between two looks at a run. */
  pauseSeconds: number;
}

/** What reading a run takes: any account whose SDK clients can be had. */
export interface Reader {
  aws: Pick<Aws, 'client' | 'now'>;
  stack(): Promise<Pick<Stack, 'outputs' | 'resource'>>;
}

const STANDARD_INPUT = 0;

/** Reads a JSON file that the operator named; `-` is standard input. */
export function readJson(option: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? STANDARD_INPUT : file, 'utf8'));
  } catch (error) {
    throw usageFailure([`${option} ${file}: ${(error as Error).message}`]);
  }
}
