import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

let folder: string;
const write = (path: string, text: string) => writeFileSync(join(folder, path), text);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
  for (const name of ['scripts', 'node_modules/says', 'words']) mkdirSync(join(folder, name), { recursive: true });
  copyFileSync('scripts/start.cjs', join(folder, 'scripts/start.cjs'));
  for (const name of ['esbuild', '@esbuild'])
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
  write('node_modules/says/index.js', "module.exports = { says: 'says' };\n");
  write('words/word.ts', "export const word: string = 'first';\n");
  write(
    'scripts/say.ts',
    `import { basename } from 'node:path';
import { says } from 'says';
import { word } from '../words/word';
console.log(basename(__filename), says, word, process.argv.slice(2).join(','));
if (process.argv[2] === 'throw') throw new Error('as asked');
process.exitCode = Number(process.argv[2] ?? 0);
`,
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (...args: string[]) =>
  execFileSync(process.execPath, ['scripts/start.cjs', 'scripts/say.ts', ...args], { cwd: folder, encoding: 'utf8' });

/** What is kept, with the time at which it was written. */
function kept(): [name: string, writtenAt: number][] {
  const at = join(folder, 'node_modules/.cache/commands');
  return readdirSync(at).map((name) => [name, statSync(join(at, name)).mtimeMs]);
}

describe('Starting a command', () => {
  it('bundles it once while nothing changes', () => {
    // Prepare
    const first = start();
    const before = kept();
    // Act
    const second = start();
    // Assess
    expect([first, second]).toEqual(['say.ts says first \n', 'say.ts says first \n']);
    expect(before).toHaveLength(3);
    expect(kept()).toEqual(before);
  });

  it('sees a change of the command, of a file that it imports, of a package and of a new file that an import then means', () => {
    // Prepare
    start();
    // Act
    write('words/word.ts', "export const word = 'other';\n");
    const imported = start();
    write('words/word.tsx', "export const word = 'newer';\n");
    const shadowed = start();
    write('node_modules/says/index.js', "module.exports = { says: 'shouts' };\n");
    const packaged = start();
    write('scripts/say.ts', "console.log('alone');\n");
    const alone = start();
    // Assess
    expect([imported, shadowed, packaged, alone].map((line) => line.trim())).toEqual([
      'say.ts says other',
      'say.ts says newer',
      'say.ts shouts newer',
      'alone',
    ]);
  });

  it('sees what changes how sources are read', () => {
    // Prepare
    write('scripts/say.ts', "class A { x = 1 }\nconsole.log(String(A).includes('this.x'));\n");
    const before = start();
    // Act
    write('tsconfig.json', '{ "compilerOptions": { "useDefineForClassFields": false, "target": "es2021" } }');
    const after = start();
    // Assess
    expect([before, after]).toEqual(['false\n', 'true\n']);
  });

  it('takes no notice of what was kept when it is not whole', () => {
    // Prepare
    start();
    for (const [name] of kept()) write(`node_modules/.cache/commands/${name}`, 'console.log("torn");\n');
    // Act
    const line = start();
    // Assess
    expect(line).toBe('say.ts says first \n');
  });

  it('hands over the arguments and the exit code', () => {
    // Act
    const { status, stdout } = spawnSync(process.execPath, ['scripts/start.cjs', 'scripts/say.ts', '7', '--x'], {
      cwd: folder,
      encoding: 'utf8',
    });
    // Assess
    expect({ status, stdout }).toEqual({ status: 7, stdout: 'say.ts says first 7,--x\n' });
  });

  it('names the line of the source where a command throws, and what esbuild cannot read', () => {
    // Prepare
    const run = (...args: string[]) =>
      spawnSync(process.execPath, ['scripts/start.cjs', 'scripts/say.ts', ...args], { cwd: folder, encoding: 'utf8' });
    // Act
    const thrown = run('throw');
    write('scripts/say.ts', "import { word } from './absent';\nconsole.log(word);\n");
    const unread = run();
    // Assess
    expect(thrown.status).not.toBe(0);
    expect(thrown.stderr).toMatch(/as asked[\s\S]*scripts\/say\.ts:5:/);
    expect(unread.status).toBe(3);
    expect(unread.stderr).toContain('./absent');
  });
});

describe('The command `npm run simulate`', () => {
  it('is at the first state without having loaded a client of the SDK that a function uses', () => {
    // Prepare: loading one takes as long as all that is needed until then
    write(
      'stop.cjs',
      `const print = process.stdout.write.bind(process.stdout);
process.stdout.write = (text, ...more) => {
  print(text, ...more);
  if (!/Check Backup/.test(text)) return true;
  const clients = new Set(Object.keys(require.cache).flatMap((path) => /client-[a-z0-9-]+/.exec(path) ?? []));
  print(JSON.stringify([...clients]));
  process.exit();
};
`,
    );
    const args = ['--require', join(folder, 'stop.cjs'), 'scripts/start.cjs', 'scripts/simulate.ts', 'efs-backup'];
    // Act
    const lines = execFileSync(process.execPath, args, { encoding: 'utf8' }).split('\n');
    // Assess
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual([]);
  });
});
