import { readRecord } from '../../../../../functions/dynamodb-restore/item-restore/export-records';

const KEYS = { Pk: { S: 'a' }, Sk: { N: '1' } };
const record = (parts: object = {}) =>
  JSON.stringify({
    Metadata: { WriteTimestampMicros: { N: '1763604870000000' } },
    Keys: KEYS,
    OldImage: { ...KEYS, Price: { N: '1' } },
    NewImage: { ...KEYS, Price: { N: '2' } },
    ...parts,
  });
const read = (line: string) => readRecord(line, 1, ['Pk', 'Sk']);

describe('A record of an export', () => {
  it('has the images at both ends and the last write; an image that is not there is no item', () => {
    expect(read(record())).toMatchObject({
      source: 1,
      keys: KEYS,
      old: { Price: { N: '1' } },
      new: { Price: { N: '2' } },
    });
    const { old, writtenAt } = read(record({ OldImage: undefined }));
    expect(old).toBeUndefined();
    expect(writtenAt).toBe(1763604870000000);
  });

  it.each([
    ['no JSON', '{"Keys"', 'a line is no record'],
    ['no object', '[]', 'a line is no record'],
    ['a member that is not known', record({ Tombstone: true }), 'unknown member Tombstone'],
    ['no time', record({ Metadata: {} }), 'no time of its last write'],
    ['another time', record({ Metadata: { WriteTimestampMicros: { N: '1763604870' } } }), 'no time of its last write'],
    ['no keys', record({ Keys: undefined }), 'other keys than the table'],
    ['other keys', record({ Keys: { Pk: { S: 'a' } } }), 'other keys than the table'],
    ['an image of another item', record({ NewImage: { ...KEYS, Sk: { N: '2' } } }), 'an image of another item'],
    ['an unknown type', record({ NewImage: { ...KEYS, Price: { V: '2' } } }), 'an unreadable NewImage'],
    ['two types', record({ OldImage: { ...KEYS, Price: { N: '2', S: '2' } } }), 'an unreadable OldImage'],
  ])('with %s is damage, and never no record', (_what, line, problem) => {
    expect(() => read(line)).toThrow(problem);
    expect(() => read(line)).toThrow('Nothing was changed.');
  });
});
