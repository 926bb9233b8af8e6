import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const FORBIDDEN = [
  ['functions/pre-post-backup/one.ts', '../efs-recovery/input'],
  ['functions/pre-post-backup/two.ts', '../../simulator/clock'],
  ['functions/pre-post-backup/three.ts', '../../scripts/lambda-sources'],
  ['functions/pre-post-backup/four.ts', '../../test/wiring/project'],
  ['functions/shared/five.ts', '../pre-post-backup/groups'],
  ['functions/shared/clients/six.ts', '../../pre-post-backup/groups'],
  ['functions/shared/clients/seven.ts', '../../../simulator/clock'],
  ['simulator/eight.ts', '../functions/shared/clock'],
  ['simulator/services/nine.ts', '../../scripts/lambda-sources'],
  ['simulator/ten.ts', '../test/wiring/project'],
  ['simulator/services/eleven.ts', '../../scenarios/simulation'],
  ['simulator/lambda/twenty-one.ts', '../../esbuild.config'],
  ['simulator/test/conformance/twenty-two.ts', '../../../test/wiring/project'],
  ['simulator/services/scheduler/twenty-three.ts', '../../../schedule-expressions/cron'],
  ['scripts/twelve.ts', '../test/wiring/project'],
  ['scenarios/thirteen.ts', '../test/wiring/project'],
  ['cli/fourteen.ts', '../simulator/clock'],
  ['cli/twenty-four.ts', 'simulated-aws/clock'],
  ['cli/commands/fifteen.ts', '../../scenarios/simulation'],
  ['cli/commands/sixteen.ts', '../../scripts/build'],
  ['functions/pre-post-backup/seventeen.ts', '../../scenarios/simulation'],
  ['functions/dynamodb-restore/swap/eighteen.ts', '../../efs-recovery/input'],
  ['functions/shared/waits/kinds/nineteen.ts', '../../../pre-post-backup/groups'],
  ['test/workflows/twenty.test.ts', '../../scripts/bench/table'],
] as const;

const ALLOWED = [
  ['functions/pre-post-backup/a.ts', './groups'],
  ['functions/pre-post-backup/b.ts', '../shared/clients/ec2'],
  ['functions/pre-post-backup/c.ts', '@aws-sdk/client-ec2'],
  ['functions/shared/clients/d.ts', '../clock'],
  ['functions/dynamodb-restore/swap/i.ts', '../settings/table-settings'],
  ['functions/shared/waits/kinds/j.ts', '../../clients/backup'],
  ['cli/commands/k.ts', '../../functions/shared/input'],
  ['cli/commands/l.ts', 'schedule-expressions/expression'],
  ['scenarios/m.ts', '../simulator/account'],
  ['scripts/bench/n.ts', '../../scenarios/simulation'],
  ['simulator/test/unit/o.ts', '../../clock'],
  ['simulator/e.ts', './services/lambda'],
  ['simulator/services/scheduler/f.ts', 'schedule-expressions/expression'],
  ['scripts/g.ts', '../scenarios/simulation'],
  ['test/wiring/h.ts', '../../functions/shared/clock'],
] as const;

describe('The linter', () => {
  let folder: string;
  let refused: string[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'imports-'));
    writeFileSync(join(folder, 'biome.json'), readFileSync('biome.json'));
    writeFileSync(join(folder, '.gitignore'), readFileSync('.gitignore'));
    for (const [file, source] of [...FORBIDDEN, ...ALLOWED]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `import { name } from '${source}';\nname();\n`);
    }
    const { stdout } = spawnSync(
      resolve('node_modules/.bin/biome'),
      ['lint', '--only=style/noRestrictedImports', '--max-diagnostics=none', '--reporter=json'],
      { cwd: folder, encoding: 'utf8' },
    );
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { location: { path: string } }[] };
    refused = diagnostics.map(({ location }) => location.path);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(FORBIDDEN)('does not let %s import %s', (file) => {
    expect(refused).toContain(file);
  });

  it.each(ALLOWED)('lets %s import %s', (file) => {
    expect(refused).not.toContain(file);
  });
});
