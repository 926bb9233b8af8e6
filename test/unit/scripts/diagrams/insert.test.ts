import { insertDiagrams } from '../../../../scripts/diagrams/insert';

const PAGE = 'Before\n<!-- diagram:stop -->\nold\n<!-- /diagram -->\nAfter\n';

describe('Diagrams in a page', () => {
  it('replace what is between their markers, and nothing else', () => {
    const drawn = insertDiagrams(PAGE, { stop: 'flowchart TD' });

    expect(drawn).toMatch(
      /^Before\n<!-- diagram:stop -->\n```mermaid\nflowchart TD\n```\n[^<]+<!-- \/diagram -->\nAfter\n$/,
    );
    expect(insertDiagrams(drawn, { stop: 'flowchart TD' })).toBe(drawn);
  });

  it('must exist', () => {
    expect(() => insertDiagrams(PAGE, {})).toThrow('There is no statemachines/stop.asl.json to draw.');
  });
});
