import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pythonPrograms } from '../../../scripts/python-environment';

const PATH = process.env.PATH;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'python-'));
  mkdirSync(join(root, 'scripts', 'python'), { recursive: true });
  mkdirSync(join(root, 'programs'));
  pin('cfn-lint==1.58.0');
  jest.spyOn(console, 'error').mockReturnValue();
});

afterEach(() => {
  process.env.PATH = PATH;
  rmSync(root, { recursive: true });
  jest.restoreAllMocks();
});

function pin(version: string) {
  writeFileSync(join(root, 'scripts', 'python', 'checkers.txt'), `${version}\n`);
}

/** Puts a program in the place of python3. Its environments have a Python that does `install` instead of installing. */
function python3(install: string) {
  const path = join(root, 'programs', 'python3');
  const inner = `#!/bin/sh\n${install}\n`;
  writeFileSync(
    path,
    `#!/bin/sh\nmkdir -p "$3/bin"\nprintf '%s' '${inner}' > "$3/bin/python"\nchmod +x "$3/bin/python"\n`,
  );
  chmodSync(path, 0o755);
  process.env.PATH = `${join(root, 'programs')}${delimiter}${PATH}`;
}

it('installs once, and again when the pinned versions change', () => {
  const log = join(root, 'log');
  python3(`echo installed >> "${log}"`);
  const installations = () => readFileSync(log, 'utf8').split('\n').length - 1;

  expect(pythonPrograms('checkers', root)).toBe(join(root, '.venv', 'checkers', 'bin'));
  pythonPrograms('checkers', root);
  expect(installations()).toBe(1);
  pin('cfn-lint==1.58.1');
  pythonPrograms('checkers', root);
  expect(installations()).toBe(2);
});

it('says so when Python is missing', () => {
  process.env.PATH = join(root, 'programs');

  expect(() => pythonPrograms('checkers', root)).toThrow(/^Python 3\.11 or later .* is needed.*\n.*ENOENT/);
});

it('says so when the registry cannot be reached, and tries again the next time', () => {
  python3('echo "no route to host" >&2; exit 1');
  const install = () => pythonPrograms('checkers', root);

  expect(install).toThrow(/^the Python package registry is needed.*\n.*no route to host/);
  expect(existsSync(join(root, '.venv', 'checkers', 'installed.txt'))).toBe(false);
  expect(install).toThrow(/no route to host/);
});
