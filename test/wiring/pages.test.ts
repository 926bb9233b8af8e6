import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const ROOT = join(__dirname, '../..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter(Boolean);
const folders = new Set(files.flatMap((file) => withFolders(dirname(file))));
const pages = files.filter((file) => file.endsWith('.md'));
/** Sources in backticks; a name in capitals stands for any. */
const SOURCE = /`((?:[\w.-]+\/)*[a-z][\w.-]*\.(?:ts|cjs|mjs|py))`/g;
const LINK = /\]\(([^)#\s]+)(?:#[^)]*)?\)/g;

function withFolders(folder: string): string[] {
  return folder === '.' ? [folder] : [folder, ...withFolders(dirname(folder))];
}

describe.each(pages)('The page %s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');

  it('names sources and links to files that there are', () => {
    const sources = [...text.matchAll(SOURCE)].map(([, path = '']) => path);
    const gone = sources.filter((path) => !files.some((file) => file === path || file.endsWith(`/${path}`)));
    const links = [...text.matchAll(LINK)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link));
    const dead = links.filter((link) => {
      const target = normalize(join(dirname(page), link)).replace(/\/$/, '');
      return !files.includes(target) && !folders.has(target);
    });
    expect({ gone, dead }).toEqual({ gone: [], dead: [] });
  });
});
