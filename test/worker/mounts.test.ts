import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Directories, python } from '../../scenarios/worker/directories';
import { compileShim } from '../../scenarios/worker/shim';
import { describeWorker, itWithMounts } from './describe-worker';

/**
 * Mounts a tmpfs as the worker mounts EFS (`mount` of PATH makes it, and mountinfo is read as if it were nfs4) and follows
 * a link on it. Prints what the run would report.
 */
const MOUNT = `
import ctypes, json, os, sys
sys.path.insert(0, sys.argv[1])
import mounts
look = mounts._mounted
def as_nfs(path):
    found = look(path)
    return found and (*found[:2], 'nfs4', *found[3:])
mounts._mounted = as_nfs
if sys.argv[3] == 'old kernel':
    class Library:
        def mount(self, *arguments): return -1
    ctypes.CDLL = lambda *arguments, **more: Library()
notes = []
class Log:
    def note(self, event, **facts): notes.append(event)
report = {}
efs = mounts.EfsMounts(sys.argv[2], Log(), report)
mount = efs.mount('fs-00000001', False, 'SourceNotMounted')
os.symlink('/etc', mount.path + '/link')
try: os.listdir(mount.path + '/link'); follows = True
except OSError: follows = False
mount.check()
print(json.dumps({'options': look(mount.path)[3], 'follows': follows, 'notes': notes, 'report': report}))
`;

describeWorker('a mount', () => {
  let directories: Directories;

  beforeEach(() => {
    directories = new Directories();
    mkdirSync(join(directories.root, 'bin'));
    const script = '#!/bin/sh\nexec /bin/mount -t tmpfs -o rw,nosuid,nodev,noexec,noatime none "$6"\n';
    writeFileSync(join(directories.root, 'bin/mount'), script, { mode: 0o755 });
  });

  afterEach(() => directories.remove());

  function mountAsWorker(kernel: string) {
    const [archive = ''] = directories.command({})[1];
    const state = join(directories.root, 'mounts');
    const { stdout, stderr } = spawnSync(python(), ['-c', MOUNT, archive, state, kernel], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(directories.root, 'bin')}:${process.env.PATH}` },
    });
    spawnSync('umount', [join(state, 'fs-00000001-rw')]);
    if (!stdout) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  itWithMounts('lets the kernel follow no link, beside nosuid, nodev and noexec', () => {
    const found = mountAsWorker('as it is');

    expect(found).toMatchObject({ follows: false, notes: [], report: {} });
    for (const option of ['nosymfollow', 'nosuid', 'nodev', 'noexec', 'noatime'])
      expect(found.options).toContain(option);
  });

  itWithMounts('on which the kernel follows links all the same is named in the report', () => {
    const found = mountAsWorker('old kernel');

    expect(found).toMatchObject({ follows: true, notes: ['followsLinks'], report: { followsLinks: ['fs-00000001'] } });
  });

  itWithMounts.each([
    ['the same directory, by another mount', ['--bind']],
    ['another file system', ['-t', 'tmpfs']],
  ])('that becomes %s in the middle of a backup is no source of a complete copy', async (_what, how) => {
    // Prepare
    writeFileSync(join(directories.source, 'one'), 'one');
    directories.backup();
    const hang = join(directories.root, 'hang');
    const shim = compileShim(directories.root);
    if (!shim) return;
    writeFileSync(join(directories.source, 'two'), 'two');
    const { report } = directories.start(
      directories.backupRequest(),
      shim.environment({ root: directories.source, hangWhile: hang, metadataMicroseconds: 20_000 }),
    );
    const journal = join(directories.label, 'incomplete/journal.000000');
    while (!existsSync(journal)) await setTimeout(2);
    writeFileSync(hang, '');
    const from = how.includes('--bind') ? directories.source : 'none';

    // Act
    spawnSync('mount', [...how, from, directories.source]);
    rmSync(hang);
    const during = await report;
    spawnSync('umount', [directories.source]);
    const after = directories.backup();

    // Assess
    expect(during).toMatchObject({ outcome: 'FAILED', reason: 'SourceNotMounted' });
    expect(after).toMatchObject({ outcome: 'COMPLETED', files: 2 });
    expect(directories.copies()).toHaveLength(2);
    expect(statSync(directories.copy()).isDirectory()).toBe(true);
  });
});
