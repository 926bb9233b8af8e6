import { readdirSync, readFileSync } from 'node:fs';

const PAGE = readFileSync('docs/predecessors.md', 'utf8');
const TESTS = ['test', 'simulator/test'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => `${folder}/${path}`),
);
const ID = /\bS[1-4]-[FD]\d\d\b/g;
const AT_THE_END = /\((?:S[1-4]-[FD]\d\d(?:, )?)+\)(?=['`])/g;

describe('Ids of the predecessor systems', () => {
  it.each(TESTS.filter((path) => readFileSync(path, 'utf8').match(ID)))(
    'stand at the end of their title in %s',
    (path) => {
      // Act
      const others = readFileSync(path, 'utf8').replace(AT_THE_END, '').match(ID);

      // Assess
      expect(others).toBeNull();
    },
  );

  it('are all on the page that explains them', () => {
    // Prepare
    const listed = listedIds();

    // Act
    const used = TESTS.flatMap((path) => readFileSync(path, 'utf8').match(ID) ?? []);

    // Assess
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((id) => !listed.has(id))).toEqual([]);
  });
});

/** A table's heading names the system of each column of numbers: `| S1 | | S2 | |` above `| F01 | … | F01 | … |`. */
function listedIds(): Set<string> {
  const ids = new Set<string>();
  let systems: string[] = [];
  for (const line of PAGE.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    if (cells.some((cell) => /^S\d$/.test(cell))) systems = cells;
    cells.forEach((cell, column) => {
      if (/^[FD]\d\d$/.test(cell)) ids.add(`${systems[column]}-${cell}`);
    });
  }
  return ids;
}
