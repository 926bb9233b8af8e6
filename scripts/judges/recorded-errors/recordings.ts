import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A refusal that AWS gave. */
export interface RecordedError {
  /** The folder of the recordings that it is from, which is a service's name. */
  service: string;
  /** The test that got it, with its parameter, and which of its answers it is: `test_tags[x] duplicate-key-error`. */
  key: string;
  parameter: string;
  /** The year. */
  recorded: string;
  code: string;
  message: string;
  status: number;
}

interface Snapshot {
  'recorded-date': string;
  'recorded-content': unknown;
}

type Json = { [name: string]: unknown };

/**
 * These were recorded, but on the emulator that they are tests of: no other recording has words of Python, and the list of
 * what ran on AWS beside them (`test_sfn_api_map_run.validation.json`) does not have them.
 */
const OF_THE_EMULATOR = /test_map_state_label_/;

/** Every refusal in the recordings of tests, and of those with files of single answers. */
export function recordedErrors(folder: string): RecordedError[] {
  return [...fromSnapshots(join(folder, 'localstack')), ...fromSingleAnswers(join(folder, 'cloud-custodian'))];
}

function fromSnapshots(folder: string): RecordedError[] {
  if (!existsSync(folder)) return [];
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) =>
    file.endsWith('.snapshot.json'),
  );
  return files.sort().flatMap((file) => {
    const [service = ''] = file.split('/');
    const snapshots = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, Snapshot>;
    return Object.entries(snapshots).flatMap(([id, snapshot]) => {
      const test = id.slice(id.search(/[^:]+(\[.*)?$/s));
      if (OF_THE_EMULATOR.test(test)) return [];
      const recorded = /\d{4}/.exec(snapshot['recorded-date'])?.[0] ?? '';
      return Object.entries(snapshot['recorded-content'] as Json).flatMap(([answer, content]) =>
        refusalsIn(content).map((refusal) => ({
          ...{ service, recorded, key: `${test} ${answer}` },
          parameter: /\[(.*)\]$/s.exec(test)?.[1] ?? '',
          ...refusal,
        })),
      );
    });
  });
}

function refusalsIn(content: unknown): Pick<RecordedError, 'code' | 'message' | 'status'>[] {
  if (typeof content !== 'object' || content === null) return [];
  const { Error: error, ResponseMetadata: metadata } = content as Json;
  const { Code, Message } = (error ?? {}) as { Code?: string; Message?: string };
  if (Code === undefined) return Object.values(content).flatMap(refusalsIn);
  const { HTTPStatusCode = 400 } = (metadata ?? {}) as { HTTPStatusCode?: number };
  return [{ code: Code, message: Message ?? '', status: HTTPStatusCode }];
}

/** A file for each answer: `TEST/SERVICE.OPERATION_N.json`. */
function fromSingleAnswers(folder: string): RecordedError[] {
  if (!existsSync(folder)) return [];
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith('.json'));
  return files.sort().flatMap((file) => {
    const { data } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { data: Json };
    const headers = (data.ResponseMetadata as { HTTPHeaders?: Record<string, string> } | undefined)?.HTTPHeaders;
    const recorded = /\b20\d\d\b/.exec(headers?.date ?? '')?.[0] ?? '';
    const [test = ''] = file.split('/');
    const service = basename(file).split('.')[0] ?? '';
    return refusalsIn({ data }).map((refusal) => {
      return { ...{ service, recorded, key: `${test} ${basename(file, '.json')}`, parameter: '' }, ...refusal };
    });
  });
}
