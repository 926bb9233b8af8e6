import { existsSync } from 'node:fs';
import { Account } from 'simulated-aws/account';
import { AwsError, SimulatorError } from 'simulated-aws/errors';
import type { Service } from 'simulated-aws/service';
import { loadWorld, parseWorld } from 'simulated-aws/world';
import type { Difference, Judge } from './judge';
import { type RecordedError, recordedErrors as readRecordings } from './recorded-errors/recordings';
import { type Call, REGION, type Request } from './recorded-errors/request-table';
import { requestTables } from './recorded-errors/requests';
import { recordingsFolder } from './recordings';

interface Answer {
  /** What the simulated account does not have, in a few words. */
  gap?: string;
  difference?: string;
}

interface Row {
  agree: number;
  differ: number;
  gap: number;
  years: string[];
  gaps: Map<string, number>;
}

/** Refusals that AWS gave: the simulated account is asked the same, and has to refuse it with the same code, status and words. */
export const recordedErrors: Judge = {
  name: 'recorded errors',
  async ask(root) {
    const folder = recordingsFolder(root);
    if (!existsSync(folder)) return { asked: '', differences: [], skipped: 'there are no recordings of AWS here' };
    const rows = new Map<string, Row>();
    const differences: Difference[] = [];
    for (const recorded of readRecordings(folder)) {
      const { service, key } = recorded;
      const row: Row = rows.get(service) ?? { agree: 0, differ: 0, gap: 0, years: [], gaps: new Map() };
      rows.set(service, row);
      row.years.push(recorded.recorded);
      const { gap, difference } = await ask(recorded, folder);
      row[gap ? 'gap' : difference ? 'differ' : 'agree'] += 1;
      if (gap) row.gaps.set(gap, (row.gaps.get(gap) ?? 0) + 1);
      if (difference) differences.push({ what: `${service} ${key}: ${difference}`, count: 1 });
    }
    return { asked: `refusals\n${table(rows)}\n`, differences };
  },
};

function table(rows: Map<string, Row>): string {
  const lines = [...rows].map(([service, { agree, differ, gap, years }]) => {
    const [first, last] = [years.toSorted()[0], years.toSorted().at(-1)];
    return [service, agree + differ + gap, agree, differ, gap, first === last ? first : `${first}-${last}`].join('\t');
  });
  const gaps = [...rows].map(([service, { gaps }]) => {
    const counted = [...gaps].sort().map(([what, count]) => `${what} ${count}`);
    return counted.length > 0 ? [`gaps of ${service}: ${counted.join(', ')}`] : [];
  });
  return ['service\tasked\tagree\tdiffer\tgap\trecorded', ...lines, ...gaps.flat()]
    .map((line) => `  ${line}`)
    .join('\n');
}

async function ask(recorded: RecordedError, folder: string): Promise<Answer> {
  const { service, key, parameter } = recorded;
  const { requests, gaps } = requestTables[service] ?? { requests: {}, gaps: [] };
  const [, gap] = gaps.find(([keys]) => keys.test(key)) ?? [];
  if (gap) return isSimulated(gap) ? { difference: `${gap} is simulated, and not asked` } : { gap };
  const withoutParameter = key.replace(`[${parameter}] `, ' ');
  const request = requests[withoutParameter] ?? requests[withoutParameter.split(' ')[0] ?? ''];
  if (!request) return { difference: 'is not asked' };
  const asked = typeof request === 'function' ? request(parameter, { message: recorded.message, folder }) : request;
  const account = new Account({ seed: 1, region: REGION });
  try {
    const answer = await refusalOf(account, asked);
    if (answer instanceof SimulatorError) return { gap: answer.message };
    return { difference: differenceOf(recorded, answer) };
  } finally {
    account.close();
  }
}

/** What the last call is refused with. */
async function refusalOf(account: Account, request: Request): Promise<Error | undefined> {
  const last = request.length - 1;
  for (const [index, call] of request.entries()) {
    try {
      await account.clock.runUntil(made(account, call), 24 * 3600);
    } catch (error) {
      if (index === last) return error as Error;
      throw error;
    }
  }
  return undefined;
}

async function made(account: Account, [name, input, region]: Call): Promise<void> {
  const [, operation = ''] = name.split('.');
  if (name === 'account.load') loadWorld(account, parseWorld(input));
  else if (name === 'clock.sleep') await account.clock.sleep((input as { seconds: number }).seconds);
  else await account.endpoint.request(serviceOf(account, name, region), operation, input, account.root);
}

function serviceOf(account: Account, name: string, region?: string): Service {
  const [service = ''] = name.split('.');
  return (account.region(region) as unknown as Record<string, Service>)[service] as Service;
}

/** Of `service.Operation`; words are no operation. */
function isSimulated(gap: string): boolean {
  const [, service = '', operation = ''] = /^(\w+)\.(\w+)$/.exec(gap) ?? [];
  if (!operation) return false;
  const account = new Account({ seed: 1, region: REGION });
  try {
    return operation in serviceOf(account, service);
  } finally {
    account.close();
  }
}

function differenceOf({ code, status, message }: RecordedError, answer: Error | undefined): string | undefined {
  const onAws = `on AWS ${status} ${code} ${message}`;
  if (!answer) return `is accepted; ${onAws}`;
  if (!(answer instanceof AwsError)) return `breaks off with ${answer.message}; ${onAws}`;
  const agrees = answer.code === code && answer.status === status && sayTheSame(answer.message, message);
  return agrees ? undefined : `${answer.status} ${answer.code} ${answer.message}; ${onAws}`;
}

/** `<…>` and the account's number in a recording stand for what differs from run to run. */
function sayTheSame(ours: string, recorded: string): boolean {
  const words = withoutPlace(recorded)
    .split(/<[^<>]*>|\b111111111111\b/)
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${words.join('.*')}$`, 's').test(withoutPlace(ours));
}

/** Where in a JSON text its reader was, is the reader's own business. */
function withoutPlace(message: string): string {
  return message.replace(/\n at \[Source: .*$/s, '');
}
