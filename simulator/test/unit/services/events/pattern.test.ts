import { compilePattern } from '../../../../services/events/pattern';

const matches = (pattern: object, event: object): boolean => compilePattern(JSON.stringify(pattern))(event);
const detail = (value: unknown) => ({ source: 'aws.ec2', detail: { state: value } });

describe('An event pattern', () => {
  it.each<[string, object, object, boolean]>([
    ['an exact value', { source: ['aws.ec2'] }, detail('x'), true],
    ['another value', { source: ['aws.ssm'] }, detail('x'), false],
    ['one of several values', { detail: { state: ['stopped', 'running'] } }, detail('running'), true],
    ['the same letters in another case', { detail: { state: ['Stopped'] } }, detail('stopped'), false],
    ['a number as a number', { detail: { state: [7] } }, detail(7), true],
    ['a number as text', { detail: { state: ['7'] } }, detail(7), false],
    ['null', { detail: { state: [null] } }, detail(null), true],
    ['null for a missing field', { detail: { other: [null] } }, detail('x'), false],
    ['empty text', { detail: { state: [''] } }, detail(''), true],
    ['an element of an array', { detail: { state: ['b'] } }, detail(['a', 'b']), true],
    ['no element of an array', { detail: { state: ['c'] } }, detail(['a', 'b']), false],
    ['a field that the event lacks', { detail: { other: ['x'] } }, detail('x'), false],
    ['an object where a value is wanted', { detail: { state: ['x'] } }, detail({ x: 'x' }), false],
    ['an event with more fields', { detail: { state: ['x'] } }, { detail: { state: 'x', more: 1 }, id: '1' }, true],
    ['prefix', { detail: { state: [{ prefix: 'stop' }] } }, detail('stopped'), true],
    ['prefix of a number', { detail: { state: [{ prefix: '7' }] } }, detail(7), false],
    [
      'prefix whatever the case',
      { detail: { state: [{ prefix: { 'equals-ignore-case': 'STOP' } }] } },
      detail('Stopped'),
      true,
    ],
    ['suffix', { detail: { state: [{ suffix: 'ped' }] } }, detail('stopped'), true],
    [
      'suffix whatever the case',
      { detail: { state: [{ suffix: { 'equals-ignore-case': 'PED' } }] } },
      detail('Stopped'),
      true,
    ],
    ['equals-ignore-case', { detail: { state: [{ 'equals-ignore-case': 'STOPPED' }] } }, detail('Stopped'), true],
    ['anything-but', { detail: { state: [{ 'anything-but': 'running' }] } }, detail('stopped'), true],
    ['anything-but the value', { detail: { state: [{ 'anything-but': 'stopped' }] } }, detail('stopped'), false],
    ['anything-but a list', { detail: { state: [{ 'anything-but': ['a', 'b'] }] } }, detail('b'), false],
    ['anything-but a missing field', { detail: { other: [{ 'anything-but': 'a' }] } }, detail('b'), false],
    ['anything-but a number', { detail: { state: [{ 'anything-but': [5, 6] }] } }, detail(7), true],
    [
      'anything-but a prefix',
      { detail: { state: [{ 'anything-but': { prefix: 'stop' } }] } },
      detail('stopped'),
      false,
    ],
    [
      'anything-but several suffixes',
      { detail: { state: [{ 'anything-but': { suffix: ['x', 'ing'] } }] } },
      detail('stopped'),
      true,
    ],
    [
      'anything-but a wildcard',
      { detail: { state: [{ 'anything-but': { wildcard: '*/lib/*' } }] } },
      detail('a/lib/b'),
      false,
    ],
    [
      'anything-but whatever the case',
      { detail: { state: [{ 'anything-but': { 'equals-ignore-case': ['STOPPED'] } }] } },
      detail('stopped'),
      false,
    ],
    ['exists', { detail: { state: [{ exists: true }] } }, detail('x'), true],
    ['exists for an object', { detail: { state: [{ exists: true }] } }, detail({ a: 1 }), false],
    ['exists false for a missing field', { detail: { other: [{ exists: false }] } }, detail('x'), true],
    ['exists false within a missing object', { gone: { other: [{ exists: false }] } }, detail('x'), true],
    ['exists false or a value', { detail: { other: ['a', { exists: false }] } }, detail('x'), true],
    ['numeric equality', { detail: { state: [{ numeric: ['=', 3.5] }] } }, detail(3.5), true],
    ['a numeric range', { detail: { state: [{ numeric: ['>', 0, '<=', 5] }] } }, detail(5), true],
    ['outside a numeric range', { detail: { state: [{ numeric: ['>', 0, '<=', 5] }] } }, detail(5.1), false],
    ['numeric for text', { detail: { state: [{ numeric: ['>', 0] }] } }, detail('5'), false],
    ['a wildcard', { detail: { state: [{ wildcard: 'dir/*/file.*' }] } }, detail('dir/a/b/file.txt'), true],
    ['a wildcard that does not fit', { detail: { state: [{ wildcard: 'dir/*' }] } }, detail('other/dir/a'), false],
    ['an escaped wildcard', { detail: { state: [{ wildcard: 'a\\*b' }] } }, detail('a*b'), true],
    ['an escaped wildcard is no wildcard', { detail: { state: [{ wildcard: 'a\\*b' }] } }, detail('axb'), false],
    ['$or, first alternative', { $or: [{ source: ['aws.ec2'] }, { source: ['aws.ssm'] }] }, detail('x'), true],
    ['$or, no alternative', { $or: [{ source: ['a'] }, { source: ['b'] }] }, detail('x'), false],
    [
      '$or together with another field',
      { detail: { state: ['y'], $or: [{ a: [1] }, { state: ['x'] }] } },
      detail('x'),
      false,
    ],
    [
      'an array of objects in which one element fits',
      { detail: { state: { key: ['a'], value: ['1'] } } },
      detail([
        { key: 'b', value: '2' },
        { key: 'a', value: '1' },
      ]),
      true,
    ],
    [
      'an array of objects in which no one element fits',
      { detail: { state: { key: ['a'], value: ['1'] } } },
      detail([
        { key: 'a', value: '2' },
        { key: 'b', value: '1' },
      ]),
      false,
    ],
  ])('understands %s', (_what, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  it.each([
    ['text that is not JSON', '{'],
    ['an empty pattern', '{}'],
    ['an empty array', '{"source":[]}'],
    ['an empty object', '{"detail":{}}'],
    ['a value without an array', '{"source":"aws.ec2"}'],
    ['an unknown operator', '{"source":[{"contains":"x"}]}'],
    ['two operators in one', '{"source":[{"prefix":"x","suffix":"y"}]}'],
    ['a nested array', '{"source":[["x"]]}'],
    ['an unknown comparison', '{"detail":{"a":[{"numeric":["~",1]}]}}'],
    ['a number beyond the range', '{"detail":{"a":[{"numeric":["<",6000000000]}]}}'],
    ['mixed types in anything-but', '{"source":[{"anything-but":["a",1]}]}'],
    ['wildcards in a row', '{"source":[{"wildcard":"a**b"}]}'],
  ])('refuses %s', (_what, text) => {
    expect(() => compilePattern(text)).toThrow(
      expect.objectContaining({ code: 'InvalidEventPatternException', message: expect.stringContaining('not valid') }),
    );
  });

  // What follows was recorded on AWS.
  it.each<[string, object, object, boolean]>([
    ['an address in a range', { detail: { ip: [{ cidr: '10.0.0.0/24' }] } }, { detail: { ip: '10.0.0.255' } }, true],
    ['an address beside it', { detail: { ip: [{ cidr: '10.0.0.0/24' }] } }, { detail: { ip: '10.0.1.0' } }, false],
    ['text that is no address', { detail: { ip: [{ cidr: '10.0.0.0/24' }] } }, { detail: { ip: '10.0.0.256' } }, false],
    ['IPv6', { detail: { ip: [{ cidr: '2001:db8::/64' }] } }, { detail: { ip: '2001:0db8:0:0:0:0:0:1' } }, true],
    ['an empty prefix', { source: [{ prefix: '' }] }, detail('x'), true],
    ['an empty wildcard', { source: [{ wildcard: '' }] }, detail('x'), false],
    ['a path in one key of the event', { detail: { a: { b: ['x'] } } }, { detail: { 'a.b': 'x' } }, true],
    ['a path in one key of the pattern', { detail: { 'a.b': ['x'] } }, { detail: { a: { b: 'x' } } }, true],
  ])('understands %s as EventBridge does', (_what, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  it.each([
    ['a range without a slash', '{"ip":[{"cidr":"bad"}]}', "Malformed CIDR, one '/' required"],
    ['a mask that is no number', '{"ip":[{"cidr":"10.0.0.0/x"}]}', 'Malformed CIDR, mask bits must be an integer'],
    ['a range of no address', '{"ip":[{"cidr":"xx.11/8"}]}', 'Nonstandard IP address: xx.11'],
    ['two lower bounds', '{"a":[{"numeric":[">",0,">",0]}]}', 'Bad numeric range operator: >'],
    ['a value outside of a list', '{"a":42}', '"a" must be an object or an array'],
    ['exists without yes or no', '{"a":[{"exists":"no"}]}', 'exists match pattern must be either true or false.'],
    ['a comparison outside of a list', '{"a":[{"numeric":10}]}', 'Value of numeric must be an array.'],
    ['no comparison', '{"a":[{"numeric":[]}]}', 'Invalid member in numeric match: ]'],
    ['an unknown comparison', '{"a":[{"numeric":["is"]}]}', 'Unrecognized numeric range operator: is'],
    ['text to compare with', '{"a":[{"numeric":["=","0"]}]}', 'Value of equals must be numeric'],
    ['an upper bound first', '{"a":[{"numeric":["<",100,">",10]}]}', 'Too many elements in numeric expression'],
    ['a bound without an operator', '{"a":[{"numeric":[">",20,30]}]}', 'Bad value in numeric range: 30'],
    ['three bounds', '{"a":[{"numeric":[">",1,"<",3,"<",5]}]}', 'Too many terms in numeric range expression'],
    ['a range without numbers in it', '{"a":[{"numeric":[">",3,"<",1]}]}', 'Bottom must be less than top'],
    ['wildcards in a row', '{"a":[{"wildcard":"ab**c"}]}', 'Consecutive wildcard characters at pos 3'],
    [
      'anything-but null in a list',
      '{"a":[{"anything-but":["x",null]}]}',
      'Inside anything but list, start|null|boolean',
    ],
    ['anything-but an unknown operator', '{"a":[{"anything-but":{"is":1}}]}', 'Unsupported anything-but pattern: is'],
    ['what is no JSON', "{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote"],
    ['anything-but an empty prefix', '{"a":[{"anything-but":{"prefix":""}}]}', 'Null prefix/suffix not allowed'],
    [
      'anything-but a prefix whatever the case',
      '{"a":[{"anything-but":{"prefix":{"equals-ignore-case":"x"}}}]}',
      'Value of anything-but must be an array or single string/number value.',
    ],
    ['many wildcards before one character', '{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}', 'Rule is too complex'],
  ])('refuses %s as EventBridge does', (_what, text, reason) => {
    expect(() => compilePattern(text)).toThrow(`Event pattern is not valid. Reason: ${reason}`);
  });
});
