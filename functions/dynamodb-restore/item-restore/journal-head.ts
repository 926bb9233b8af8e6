import type { JournalSettings } from './input';
import { type JournalHead, journalKeys } from './journal';
import { BUCKET, getText } from './store';

interface Found {
  problems: string[];
  folder: string;
  head?: JournalHead;
}

/** Reads the head of the journal that is to be undone. Returns problems instead of throwing. */
export async function readJournalHead({ TableName, Source }: JournalSettings): Promise<Found> {
  const [, bucket = '', folder = ''] = /^s3:\/\/([^/]+)\/(item-restores\/[^/]+)/.exec(Source.Journal) ?? [];
  if (bucket !== BUCKET) return { folder, problems: [`Source.Journal: must be in the bucket ${BUCKET} of this stack`] };
  const text = await getText(journalKeys.head(folder));
  if (text === undefined) return { folder, problems: [`Source.Journal: there is no journal at ${Source.Journal}`] };
  const head = JSON.parse(text) as JournalHead;
  return {
    folder,
    head,
    problems:
      head.TableName === TableName ? [] : [`Source.Journal: is about the table ${head.TableName}, not ${TableName}`],
  };
}
