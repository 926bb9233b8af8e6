import { findChange } from '../../../../../functions/dynamodb-restore/item-restore/changes';
import type { ExportRecord } from '../../../../../functions/dynamodb-restore/item-restore/export-records';
import type { Image } from '../../../../../functions/dynamodb-restore/item-restore/images';
import { planExports } from '../../../../../functions/dynamodb-restore/item-restore/windows';

const keys = { Id: { S: '1' } };
const item = (value: string): Image => ({ ...keys, Value: { S: value } });
const second = (at: number) => at * 1e6;

function record(source: number, old: string | undefined, next: string | undefined, writtenAt: number): ExportRecord {
  return {
    source,
    keys,
    ...(old !== undefined && { old: item(old) }),
    ...(next !== undefined && { new: item(next) }),
    writtenAt: second(writtenAt),
  };
}

describe('What a window of several exports did to an item', () => {
  const window = { from: 0, to: 72 * 3600 };
  const plan = planExports(window);

  it('is the first image before and the last one after, whatever order the records come in', () => {
    const records = [record(2, 'b', 'c', 150_000), record(0, 'a', 'b', 100)];
    expect(findChange(records, plan, window)).toEqual({
      kind: 'changed',
      change: { keys, old: item('a'), new: item('c'), writtenAt: second(150_000) },
    });
  });

  it('is nothing when it ends as it began', () => {
    const records = [record(0, 'a', 'b', 100), record(1, 'b', 'a', 90_000)];
    expect(findChange(records, plan, window)).toEqual({ kind: 'unchanged' });
  });

  it('is an insert after a period in which the item came and went', () => {
    expect(findChange([record(1, undefined, 'x', 90_000)], plan, window)).toMatchObject({
      change: { new: item('x'), writtenAt: second(90_000) },
    });
  });
});

describe('What a window shorter than an export did to an item', () => {
  const window = { from: 10_000, to: 10_060 };
  const plan = planExports(window);
  const [START, END] = [0, 1];

  it('is what the first export has at its start and the second at its end', () => {
    const records = [record(START, 'good', 'later', 10_500), record(END, 'earlier', 'bad', 10_030)];
    expect(findChange(records, plan, window)).toEqual({
      kind: 'changed',
      change: { keys, old: item('good'), new: item('bad'), writtenAt: second(10_030) },
    });
  });

  it('is nothing when the last write before the end lies before the start', () => {
    const records = [record(START, 'good', 'later', 10_500), record(END, 'earlier', 'good', 9_999)];
    expect(findChange(records, plan, window)).toEqual({ kind: 'outside' });
  });

  it('counts a write on the first second and none before it', () => {
    const written = (at: number) => [record(START, 'a', 'b', at), record(END, 'a', 'b', at)];
    expect(findChange(written(10_000), plan, window).kind).toBe('changed');
    expect(findChange([record(END, 'a', 'b', 9_999.999999)], plan, window).kind).toBe('outside');
  });

  it('is a deletion of an item that was made within the second export and deleted in the window', () => {
    expect(findChange([record(START, 'good', undefined, 10_040)], plan, window)).toEqual({
      kind: 'changed',
      change: { keys, old: item('good'), writtenAt: second(10_040) },
    });
  });

  it('cannot be decided when such an item was written again after the window', () => {
    expect(findChange([record(START, 'good', 'again', 10_060)], plan, window).kind).toBe('undecidable');
  });

  it('cannot be decided when the first export has no record of an item that the second has in the window', () => {
    expect(findChange([record(END, undefined, 'bad', 10_030)], plan, window).kind).toBe('undecidable');
  });
});
