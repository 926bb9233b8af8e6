import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * A tree as text, one line a file: path, type, mode, owner, time, and of files content and hard links. Two trees with the
 * same lines are the same to every program. With `marks`, also inode and ctime, which change when anything is touched.
 */
export function tree(directory: string, { marks = false } = {}): string[] {
  const lines: string[] = [];
  const firstNames = new Map<bigint, string>();
  const visit = (path: Buffer, name: string) => {
    const stat = lstatSync(path, { bigint: true });
    const parts = [name || '.', stat.mode.toString(8), `${stat.uid}:${stat.gid}`, stat.mtimeNs];
    if (stat.isSymbolicLink()) parts.push(`-> ${readlinkSync(path, 'latin1')}`);
    if (stat.isFile()) {
      parts.push(createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16));
      const first = firstNames.get(stat.ino);
      if (first === undefined) firstNames.set(stat.ino, name);
      else parts.push(`= ${first}`);
    }
    if (marks) parts.push(stat.ino, stat.isDirectory() || stat.nlink === 1n ? stat.ctimeNs : 'shared');
    lines.push(parts.join(' '));
    if (!stat.isDirectory()) return;
    const names = readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare);
    for (const entry of names)
      visit(Buffer.concat([path, Buffer.from('/'), entry]), `${name}/${entry.toString('latin1')}`);
  };
  visit(Buffer.from(directory), '');
  return lines;
}
