import { escapeControls, escapeToOneLine } from '../../../../functions/shared/escape-controls';

describe('A text that others named', () => {
  it.each([
    ['an escape sequence', 'a\u001b[2Kb', 'a\\u001b[2Kb'],
    ['a C1 control', 'a\u009b2Kb', 'a\\u009b2Kb'],
    ['a carriage return', 'a\rb', 'a\\u000db'],
    ['text that is reversed', 'a\u202eb', 'a\\u202eb'],
    ['a line separator', 'a\u2028b', 'a\\u2028b'],
    ['a tag character outside of the first plane', 'a\u{e0041}b', 'a\\udb40\\udc41b'],
    ['half a character', 'a\ud800b', 'a\\ud800b'],
  ])('is printed without %s', (_what, text, expected) => {
    expect(escapeControls(text)).toBe(expected);
  });

  it('keeps letters, line feeds and tabs', () => {
    expect(escapeControls('Größe\t日本\n😀')).toBe('Größe\t日本\n😀');
  });

  it('means the same inside of JSON', () => {
    const name = { path: 'a\u001b[2K\u202e\u{e0041}' };
    expect(JSON.parse(escapeControls(JSON.stringify(name)))).toEqual(name);
  });

  it('adds no line where one line is expected', () => {
    expect(escapeToOneLine('a\nOutcome: SUCCEEDED')).toBe('a\\nOutcome: SUCCEEDED');
  });
});
