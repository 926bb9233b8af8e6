import { nowSeconds } from '../../shared/clock';
import { task } from '../../shared/task';
import { type Change, type Finding, findChange } from './changes';
import { countDecision, countFinding, countUndecidable } from './count-plan';
import { type Decision, type DecisionRules, decide } from './decide';
import type { ExportRecord } from './export-records';
import { selectByFilter } from './filter';
import { type FilterDocument, filterDocument } from './filter-document';
import { type Image, isSameImage } from './images';
import { getItemRestoreRun, type ItemRestoreRun } from './item-restore-run';
import { type Entry, folderOf, hashOfKeys, type Listed, workKeys } from './journal';
import type { DataFile } from './list-data-files';
import { notingFailure } from './note-failure';
import { type Counts, noCounts } from './plan-counts';
import { readPlan, storePlan } from './plan-file';
import { readItems } from './read-items';
import type { PartIndex } from './route-records';
import { isSelected, readKeys } from './selection';
import { getLines, getText, parseLines } from './store';

interface Input {
  runId: string;
  shard: number;
}

/** A change of the shard, and where it stands in it. */
type Candidate = Change & { hash: string };

/**
 * Plans one shard: what the window did to each of its items, which of them are meant, what they are now, and what is to be
 * written. The plan is the journal: it has what will be replaced and what will be written, and it is there before the first
 * write. Of a journal that is undone, an entry is a change from what it replaced to what it wrote. Writes nothing to the
 * table. Safe to repeat: the first plan of a shard stays.
 */
export const handler = task(({ runId, shard }: Input) => notingFailure(runId, () => planShard(runId, shard)));

async function planShard(runId: string, shard: number): Promise<Record<string, never>> {
  const run = await getItemRestoreRun({ runId });
  const counts = noCounts();
  const listed: Listed[] = [];
  const candidates = run.sourceJournal
    ? await ofJournal(run, shard, counts)
    : await ofExports(run, shard, counts, listed);
  // By the hash of the key, so that no row of writes goes to one partition.
  candidates.sort((one, other) => (one.hash < other.hash ? -1 : 1));
  const entries = await planAll(run, candidates, counts, listed);
  await storePlan(folderOf(runId).journal, shard, { counts, entries, listed });
  return {};
}

async function ofJournal({ sourceJournal = '' }: ItemRestoreRun, shard: number, counts: Counts): Promise<Candidate[]> {
  const plan = await readPlan(sourceJournal, shard);
  if (!plan) throw new Error(`The journal ${sourceJournal} has no shard ${shard}.`);
  counts.seen += plan.entries.length;
  return plan.entries.map(({ keys, before, after }) => ({
    keys,
    ...(before && { old: before }),
    ...(after && { new: after }),
    writtenAt: 0,
    hash: hashOfKeys(keys),
  }));
}

async function ofExports(run: ItemRestoreRun, shard: number, counts: Counts, listed: Listed[]): Promise<Candidate[]> {
  const { exportPlan, window, table, settings } = run;
  if (!exportPlan || !window || 'Source' in settings) throw new Error('The run has no exports.');
  const selectors = settings.Keys && readKeys(settings.Keys, table.key).selectors;
  const candidates: Candidate[] = [];
  for (const [hash, records] of await recordsOf(run, shard)) {
    const keys = records[0]?.keys ?? {};
    const finding: Finding = findChange(records, exportPlan, window);
    if (finding.kind !== 'outside' && selectors && !isSelected(selectors, keys, table.key)) {
      counts.seen += 1;
      counts.notSelected += 1;
      continue;
    }
    countFinding(counts, finding);
    if (finding.kind === 'changed') candidates.push({ ...finding.change, hash });
    if (finding.kind === 'undecidable') listed.push(countUndecidable(counts, keys, records));
  }
  return candidates;
}

/** The records of a shard's items, of all exports, by the hash of the key. */
async function recordsOf({ runId }: ItemRestoreRun, shard: number): Promise<Map<string, ExportRecord[]>> {
  const { work } = folderOf(runId);
  const byKey = new Map<string, ExportRecord[]>();
  for (const { file, items } of (await getLines<DataFile>(workKeys.files(work))) ?? []) {
    if (items === 0) continue;
    for (let part = 0, isLast = false; !isLast; part += 1) {
      const text = await getText(workKeys.index(work, file, part));
      if (text === undefined) throw new Error(`The records of the data file ${file} were not written.`);
      const index = JSON.parse(text) as PartIndex;
      isLast = index.isLast;
      const [offset, length] = index.shards[shard] ?? [];
      if (offset === undefined || length === undefined) continue;
      const lines = await getText(workKeys.records(work, file, part), [offset, offset + length - 1]);
      for (const record of parseLines<ExportRecord>(lines ?? '')) {
        const hash = hashOfKeys(record.keys);
        byKey.set(hash, [...(byKey.get(hash) ?? []), record]);
      }
    }
  }
  return byKey;
}

async function planAll(
  run: ItemRestoreRun,
  candidates: Candidate[],
  counts: Counts,
  listed: Listed[],
): Promise<Entry[]> {
  const { settings, table } = run;
  const isOfJournal = 'Source' in settings;
  const now = await readItems(
    settings.TableName,
    candidates.map(({ keys }) => keys),
  );
  const withImages = candidates.map((candidate) => ({ ...candidate, now: now.get(candidate.hash) }));
  const filter = isOfJournal ? undefined : settings.Filter;
  const isMeant = filter === undefined ? undefined : selectByFilter(filter, withImages.map(documentOf));
  const rules: DecisionRules = {
    onConflict: isOfJournal ? 'Skip' : settings.OnConflict,
    ttlAttribute: table.ttlAttribute,
    nowSeconds: nowSeconds(),
    restoreExpired: isOfJournal || settings.RestoreExpired,
  };
  const entries: Entry[] = [];
  for (const [index, { hash, now: image, ...change }] of withImages.entries()) {
    if (isMeant?.[index] === false) {
      counts.notSelected += 1;
      continue;
    }
    const decision: Decision = isSameImage(change.old, change.new)
      ? { kind: 'as it was' }
      : decide(change, image, rules);
    countDecision(counts, decision, change);
    if (decision.kind === 'write') entries.push(decision.entry);
    if (decision.kind === 'listed') listed.push(decision.listed);
  }
  return entries;
}

function documentOf({ keys, old, new: next, now, writtenAt }: Change & { now?: Image }): FilterDocument {
  return filterDocument({ keys, old, new: next, now }, writtenAt);
}
