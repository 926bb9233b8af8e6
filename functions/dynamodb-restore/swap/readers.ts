import { PipesClient, paginateListPipes } from '@aws-sdk/client-pipes';
import { requireEnv } from '../../shared/config';
import { describeError, throwIfEarly } from '../../shared/task';
import type { TableSettings } from '../settings/table-settings';

/** A statement of a resource policy, as far as it is looked at. */
interface Statement {
  Effect?: string;
  Principal?: string | Record<string, string | string[]>;
}

const ACCOUNT_ID = requireEnv('ACCOUNT_ID');
const INTEGRATING = ['redshift', 'glue', 'osis-pipelines'];
const pipes = new PipesClient({});

/**
 * What reads a table and does not follow it to its new stream and id, as far as an API says so, in words: EventBridge
 * pipes, readers of the stream in other accounts, which its resource policy names, and zero-ETL integrations, which
 * need the table's resource policy. A look that is refused is one of them, beside what `before` knows. Reads only.
 * https://docs.aws.amazon.com/redshift/latest/mgmt/zero-etl-setting-up.create-integration-ddb.html
 */
export async function readersOf(table: TableSettings, before: string[] = []): Promise<string[]> {
  const pipesNow = table.streamArn ? await pipesOf(table.streamArn) : [];
  const found = [
    ...(typeof pipesNow === 'string' ? [...before.filter((reader) => reader !== pipesNow), pipesNow] : pipesNow),
    ...unreadable(table, 'resource policy of the stream', 'other accounts read the stream'),
    ...foreignPrincipals(table.streamPolicy).map(
      (principal) => `${principal} may read the stream by its ARN, which is another one after the swap`,
    ),
    ...unreadable(table, 'resource policy', 'a zero-ETL integration reads the table'),
    ...integratingServices(table.resourcePolicy).map(
      (service) =>
        `${service} may export the table for a zero-ETL integration, which has to be looked at after the swap`,
    ),
  ];
  return [...new Set(found)];
}

/** The pipes in words, or why they could not be looked up. */
async function pipesOf(SourcePrefix: string): Promise<string[] | string> {
  const found: string[] = [];
  try {
    for await (const { Pipes = [] } of paginateListPipes({ client: pipes }, { SourcePrefix }))
      found.push(
        ...Pipes.map(
          ({ Arn }) => `the pipe ${Arn} reads the stream; make it anew with the new one, as the source of a pipe stays`,
        ),
      );
    return found;
  } catch (error) {
    throwIfEarly(error);
    return `whether an EventBridge pipe reads the stream could not be looked up (${describeError(error)})`;
  }
}

function unreadable({ unread }: TableSettings, setting: string, what: string): string[] {
  return unread?.[setting] ? [`whether ${what} could not be looked up (${unread[setting]})`] : [];
}

function foreignPrincipals(policy: string | undefined): string[] {
  return principalsOf(policy, 'AWS').filter((principal) => !principal.includes(ACCOUNT_ID));
}

function integratingServices(policy: string | undefined): string[] {
  return principalsOf(policy, 'Service').filter((service) => INTEGRATING.includes(service.split('.')[0] ?? ''));
}

/** The principals of one kind that a policy allows something; `*` stands for everybody. */
function principalsOf(policy: string | undefined, kind: 'AWS' | 'Service'): string[] {
  const { Statement = [] } = JSON.parse(policy ?? '{}') as { Statement?: Statement | Statement[] };
  const principals = [Statement].flat().flatMap(({ Effect, Principal }) => {
    if (Effect !== 'Allow' || Principal === undefined) return [];
    if (typeof Principal === 'string') return kind === 'AWS' ? [Principal] : [];
    return Principal[kind] ?? [];
  });
  return [...new Set(principals)];
}
