import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Directories, python } from '../../scenarios/worker/directories';
import { killAtRandom } from '../../scenarios/worker/kills';
import { compileShim, type Shim } from '../../scenarios/worker/shim';
import { tree } from '../../scenarios/worker/tree';
import { describeWorker, itWithMounts, settled } from './describe-worker';

const folder = mkdtempSync(join(tmpdir(), 'efs-shim-'));
const shim = compileShim(folder) as Shim;
afterAll(() => rmSync(folder, { recursive: true }));

interface Progress {
  updatedAt: number;
}

/** What Directories asks for. */
const RETAIN = 7;
/** A test that needs a file system that behaves badly: made by a library, which needs a C compiler. */
const itWithShim = shim ? it : it.skip;
/** Whether a process has opened a file of that name. */
function hasOpen({ pid }: ChildProcess, name: string): boolean {
  return spawnSync('ls', ['-l', `/proc/${pid}/fd`], { encoding: 'utf8' }).stdout.includes(name);
}

describeWorker('a backup that something happens to', () => {
  let directories: Directories;
  let source: (path: string) => string;

  beforeEach(() => {
    directories = new Directories();
    source = (path) => join(directories.source, path);
    mkdirSync(source('docs'));
    for (const name of ['docs/one', 'docs/two', 'three']) writeFileSync(source(name), name);
  });

  afterEach(() => directories.remove());

  const content = (index: number) => tree(`${directories.copy(index)}/`);

  it('that is killed at random instants leaves older copies as they were, and the next run continues (S3-D17)', async () => {
    const findings = await killAtRandom(8, 7, shim);

    expect(findings).toMatchObject({ kills: 8, broken: [] });
  });

  itWithShim(
    'that is asked to stop ends cleanly, and the next run copies only the rest (S3-D16, S3-D17, S3-D24)',
    async () => {
      // Prepare
      for (let file = 0; file < 1500; file += 1) writeFileSync(source(`docs/${file}`), `${file}`);
      await settled(source('docs/1499'));
      const hang = join(directories.root, 'hang');
      const slow = shim.environment({ root: directories.destination, metadataMicroseconds: 3000, hangWhile: hang });
      const request = { ...directories.backupRequest(), runId: 'efs-to-efs-night' };
      const { report } = directories.start(request, slow);
      const journal = join(directories.label, 'incomplete/journal.000000');
      while (!existsSync(journal) || statSync(journal).size < 2000) await setTimeout(5);
      writeFileSync(hang, '');

      // Act
      const twice = directories.command(request);
      const duplicate = spawnSync(...twice, { encoding: 'utf8' });
      const other = directories.run(directories.backupRequest());
      const stop = directories.start({ action: 'stop', runId: 'efs-to-efs-night', waitSeconds: 30 });
      while (!hasOpen(stop.child, 'worker.lock')) await setTimeout(5);
      rmSync(hang);
      const [stopped, asked] = await Promise.all([report, stop.report]);
      const stopAgain = directories.run({ action: 'stop', runId: 'efs-to-efs-night', waitSeconds: 30 });
      const copiesThen = directories.copies();
      const next = directories.backup();

      // Assess
      expect([duplicate.status, duplicate.stdout]).toEqual([4, '']);
      expect(other).toMatchObject({ outcome: 'FAILED', reason: 'WorkerBusy' });
      expect(stopped).toMatchObject({ outcome: 'STOPPED', exitCode: 3, reason: 'Stopped' });
      expect(asked).toMatchObject({ outcome: 'COMPLETED', wasRunning: true });
      expect(stopAgain).toMatchObject({ outcome: 'COMPLETED', wasRunning: false });
      expect(copiesThen).toEqual([]);
      expect(next.outcome).toBe('COMPLETED');
      expect(next.filesResumed).toBeGreaterThan(0);
      expect(next.filesTransferred).toBeLessThan(1503);
      expect(content(0)).toEqual(tree(`${directories.source}/`));
    },
  );

  it('at the end of its window stops by itself, with no message from outside', () => {
    const report = directories.backup({ stopAt: new Date(Date.now() - 1000).toISOString() });

    expect(report).toMatchObject({ outcome: 'STOPPED', exitCode: 3 });
    expect(directories.copies()).toEqual([]);
  });

  itWithShim('and cannot read a file fails, names it, and takes no copy for complete (S3-D11, S3-D20)', () => {
    // Prepare
    directories.backup();
    writeFileSync(source('docs/two'), 'secret now');
    const refuse = shim.environment({ root: directories.source, onOpen: 'refuse:two' });

    // Act
    const failed = [1, 2, 3].map(() => directories.backup({ retain: 1 }, refuse));
    const copiesThen = directories.copies();
    const next = directories.backup({ retain: 1 });

    // Assess
    expect(failed[2]).toMatchObject({
      outcome: 'FAILED',
      reason: 'PartialTransfer',
      failedPaths: ['docs/two'],
      exitCode: 1,
    });
    expect(failed[2]?.message).toContain('Permission denied');
    expect(copiesThen).toHaveLength(1);
    expect(next).toMatchObject({ outcome: 'COMPLETED', filesTransferred: 1 });
    expect(content(0)).toEqual(tree(`${directories.source}/`));
  });

  itWithShim('and finds a file gone continues without it, and says so', () => {
    const report = directories.backup({}, shim.environment({ root: directories.source, onOpen: 'vanish:two' }));

    expect(report).toMatchObject({ outcome: 'COMPLETED', filesVanished: 1, files: 2 });
    expect(readdirSync(join(directories.copy(0), 'docs'))).toEqual(['one']);
  });

  itWithShim('and copies a file while others write to it counts it, and copies it again the next time (S3-D15)', () => {
    // Act
    const grow = shim.environment({ root: directories.source, onOpen: 'grow:two' });
    const [first, second] = [directories.backup({}, grow), directories.backup()];

    // Assess
    expect(first).toMatchObject({ outcome: 'COMPLETED', filesChangedDuringCopy: 1 });
    expect(second).toMatchObject({ outcome: 'COMPLETED', filesChangedDuringCopy: 0 });
    expect(content(0)).toEqual(tree(`${directories.source}/`));
  });

  itWithShim('copies what cannot be linked any more: EFS allows 177 links to a file', () => {
    // Prepare
    linkSync(source('three'), source('docs/same'));
    const limited = shim.environment({ root: directories.root, maximumLinks: 5 });

    // Act
    const reports = [directories.backup({}, limited)];
    while (reports.length < 40 && !reports.at(-1)?.filesNotLinkable) reports.push(directories.backup({}, limited));

    // Assess
    expect(new Set(reports.map(({ outcome }) => outcome))).toEqual(new Set(['COMPLETED']));
    expect(reports.at(-1)?.filesNotLinkable).toBeGreaterThan(0);
    const kept = Math.min(reports.length, RETAIN);
    for (let index = 0; index < kept; index += 1) expect(content(index)).toEqual(tree(`${directories.source}/`));
    expect(statSync(join(directories.copy(0), 'docs/one')).nlink).toBeLessThanOrEqual(5);
  });

  itWithMounts('and runs out of space says so, keeps the older copy, and continues when there is space', () => {
    // Prepare
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'none', directories.destination]);
    try {
      directories.backup();
      const before = content(0);
      writeFileSync(source('large'), Buffer.alloc(1_000_000, 'x'));

      // Act
      const full = directories.backup();
      const after = content(0);
      const copiesThen = directories.copies();
      spawnSync('mount', ['-o', 'remount,size=4m', directories.destination]);
      const next = directories.backup();

      // Assess
      expect(full).toMatchObject({ outcome: 'FAILED', reason: 'OutOfSpace', exitCode: 1 });
      expect(after).toEqual(before);
      expect(copiesThen).toHaveLength(1);
      expect(next.outcome).toBe('COMPLETED');
      expect(content(0)).toEqual(tree(`${directories.source}/`));
    } finally {
      spawnSync('umount', [directories.destination]);
    }
  });

  it('does not start without both file systems, and writes nothing then (S3-D04, S3-D20)', () => {
    // Prepare
    renameSync(directories.source, `${directories.source}-away`);

    // Act
    const source = directories.backup();
    renameSync(`${directories.source}-away`, directories.source);
    const destination = directories.backup({ destination: { fileSystemId: 'fs-00000003' } });

    // Assess
    expect(source).toMatchObject({ outcome: 'FAILED', reason: 'SourceNotMounted', exitCode: 1 });
    expect(destination).toMatchObject({ outcome: 'FAILED', reason: 'DestinationNotMounted', exitCode: 1 });
    expect(readdirSync(directories.destination)).toEqual([]);
  });

  it('does not mix sources under one label, nor its copies with those of another tool', () => {
    // Prepare
    directories.backup();
    mkdirSync(source('docs/sub'));
    mkdirSync(join(directories.destination, 'old/daily.0'), { recursive: true });

    // Act
    const another = directories.backup({ source: { fileSystemId: 'fs-00000001', path: '/docs' } });
    const predecessor = directories.backup({ folderLabel: 'old' });

    // Assess
    expect(another).toMatchObject({ outcome: 'FAILED', reason: 'LabelOfAnotherSource' });
    expect(predecessor).toMatchObject({ outcome: 'FAILED', reason: 'LayoutNotOurs' });
    expect(existsSync(join(directories.destination, 'old/daily.0'))).toBe(true);
  });

  it('and finds a file of the older copies damaged copies it anew, and says so (S3-D34)', async () => {
    // Prepare
    utimesSync(source('docs/one'), 1_000_000_000, 1_000_000_000);
    await settled(source('docs/one'));
    directories.backup();
    const damaged = join(directories.copy(0), 'docs/one');
    writeFileSync(damaged, 'd0cs/0ne');
    utimesSync(damaged, 1_000_000_000, 1_000_000_000);

    // Act
    const [told, next] = [directories.backup(), directories.backup()];

    // Assess
    expect(told).toMatchObject({
      outcome: 'FAILED',
      reason: 'CopyDamaged',
      failedPaths: ['docs/one'],
      files: 3,
      bytes: 21,
    });
    expect(told.copies).toEqual(directories.copies().reverse().slice(1));
    expect(next).toMatchObject({ outcome: 'COMPLETED', filesTransferred: 0 });
    for (const index of [0, 1]) expect(content(index)).toEqual(tree(`${directories.source}/`));
    expect(readFileSync(join(directories.copy(2), 'docs/one'), 'utf8')).toBe('d0cs/0ne');
  });

  it('leaves alone a label to which another worker writes (S3-D16)', async () => {
    // Prepare
    directories.backup();
    const hold = `import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.lockf(file, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()`;
    const holder = spawn(python(), ['-c', hold, join(directories.label, '.lock')]);
    await once(holder.stdout, 'data');

    // Act
    const report = directories.backup();
    holder.kill();

    // Assess
    expect(report).toMatchObject({ outcome: 'FAILED', reason: 'LabelLocked' });
    expect(directories.copies()).toHaveLength(1);
  });

  it('uses an older copy as its base when the newest has no sound manifest', () => {
    // Prepare
    directories.backup();
    directories.backup();
    writeFileSync(join(directories.copy(0), '../manifest'), 'damaged');

    // Act
    const report = directories.backup();

    // Assess
    expect(report).toMatchObject({ outcome: 'COMPLETED', filesTransferred: 0 });
    expect(content(0)).toEqual(tree(`${directories.source}/`));
  });

  it('takes no file of the source for a command, and follows no link out of it', () => {
    // Prepare
    mkdirSync(source('$(touch pwned) `touch pwned`; touch pwned #'));
    writeFileSync(source('$(touch pwned) `touch pwned`; touch pwned #/--delete'), '');
    symlinkSync('/etc', source('way-out'));

    // Act
    const inside = directories.backup({
      source: { fileSystemId: 'fs-00000001', path: '/$(touch pwned) `touch pwned`; touch pwned #' },
    });
    const outside = directories.backup({
      source: { fileSystemId: 'fs-00000001', path: '/way-out' },
      folderLabel: 'out',
    });

    // Assess
    expect(inside).toMatchObject({ outcome: 'COMPLETED', files: 1 });
    expect(outside).toMatchObject({ outcome: 'FAILED', reason: 'SourceNotFound' });
    const names = spawnSync(
      'find',
      [directories.root, process.cwd(), '-name', 'pwned', '-not', '-path', '*/node_modules/*'],
      { encoding: 'utf8' },
    );
    expect(names.stdout).toBe('');
  });

  it('tells its progress in numbers while it runs, and its report at the end (S3-D22)', () => {
    // Act
    const report = directories.backup();

    // Assess
    const updates = directories.itemUpdates();
    const [first, last] = [updates[0]?.progress, updates.at(-2)?.progress];
    expect(first).toMatchObject({ phase: 'preparing', files: 0, share: 0, updatedAt: expect.any(Number) });
    expect(last).toMatchObject({ files: 3, bytes: 21, share: 1 });
    const { exitCode, ...written } = report;
    expect(updates.at(-1)?.workerReport).toEqual(written);
    expect(written.phases).toEqual(
      expect.objectContaining({ copying: expect.any(Number), verifying: expect.any(Number) }),
    );
    expect(exitCode).toBe(0);
    const logs = readdirSync(join(directories.root, 'bucket/logs/efs-to-efs-1'));
    expect(logs).toContain('worker.jsonl');
  });

  itWithShim('waits for many calls at once, by 32 threads a vCPU, to copy and to remove (S3-F07)', () => {
    // Prepare
    for (let file = 0; file < 300; file += 1) {
      mkdirSync(source(`docs/${file % 60}`), { recursive: true });
      writeFileSync(source(`docs/${file % 60}/${file}`), `${file}`);
    }
    const slow = { root: directories.destination, metadataMicroseconds: 3000 };
    const mostAtOnce = (changes = {}) => {
      const accepted = { shrinkLimits: { share: 1, files: 0 } };
      const request = { threads: 0, retain: 1, ...accepted, ...changes };
      const { outcome } = directories.backup(request, shim.environment(slow));
      return { outcome, isParallel: shim.counts().mostAtOnce > 8 };
    };

    // Act
    const copying = mostAtOnce();
    rmSync(source('docs'), { recursive: true });
    const removing = mostAtOnce();
    const alone = mostAtOnce({ threads: 1 });

    // Assess
    expect([copying, removing]).toEqual([1, 2].map(() => ({ outcome: 'COMPLETED', isParallel: true })));
    expect(alone).toEqual({ outcome: 'COMPLETED', isParallel: false });
    const log = readFileSync(join(directories.root, 'bucket/logs/efs-to-efs-1/worker.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(log[0] ?? '')).toMatchObject({ event: 'started', threads: 32 * cpus().length });
  });

  itWithShim.each([
    ['many small files', { metadataMicroseconds: 3000 }, 1500, 20],
    ['one large file', { writeMicroseconds: 300_000 }, 1, 20_000_000],
  ])(
    'gives no sign of work while a file system hangs, but does while it copies %s',
    async (_what, delays, files, bytes) => {
      // Prepare
      for (let file = 0; file < files; file += 1) writeFileSync(source(`docs/${file}`), Buffer.alloc(bytes, 'x'));
      const hang = join(directories.root, 'hang');
      const environment = shim.environment({ root: directories.destination, hangWhile: hang, ...delays });
      const [python, args] = directories.command(directories.backupRequest({ verifySampleFiles: 0 }));
      const often = `import sys; sys.path.insert(0, sys.argv[1])
import progress; progress.INTERVAL_SECONDS = 0.1
import run; run.main(sys.argv[2], sys.argv[4])`;
      const child = spawn(python, ['-c', often, ...args], { env: { ...process.env, ...environment }, stdio: 'ignore' });
      const item = join(directories.root, 'item.jsonl');
      const signs = () =>
        (existsSync(item) ? directories.itemUpdates() : []).map(({ progress }) => progress as Progress);
      const isUntil = async (condition: () => boolean) => {
        while (!condition() && child.exitCode === null) await setTimeout(50);
        return child.exitCode === null;
      };

      // Act
      const isSeenAtWork = await isUntil(() => new Set(signs().map((sign) => sign.updatedAt)).size > 2);
      writeFileSync(hang, '');
      const isSeenToHang = await isUntil(() => (signs().at(-1)?.updatedAt ?? 0) < Date.now() / 1000 - 2);
      const [before, updates] = [signs().at(-1), signs().length];
      await isUntil(() => signs().length > updates + 5);
      const after = signs().at(-1);
      rmSync(hang);
      await once(child, 'exit');

      // Assess
      expect([isSeenAtWork, isSeenToHang]).toEqual([true, true]);
      expect(after).toEqual(before);
      expect(signs().at(-2)?.updatedAt).toBeGreaterThan(before?.updatedAt ?? 0);
      expect(directories.itemUpdates().at(-1)?.workerReport).toMatchObject({ outcome: 'COMPLETED', files: files + 3 });
    },
  );

  it('counts as at work for as long as it runs where the kernel does not count bytes', () => {
    const [archive = ''] = directories.command(directories.backupRequest())[1];
    const script = `import sys, time; sys.path.insert(0, sys.argv[1])
import types, progress; progress.INTERVAL_SECONDS, progress.KERNEL_COUNTS, progress._moved_bytes = 0.1, False, dict
seen = []
outside = types.SimpleNamespace(update_item=lambda name, item: seen.append(item['updatedAt']))
progress.Progress({'files': 0, 'bytes': 0}, outside, types.SimpleNamespace(checked_at=0))
while len(seen) < 3: time.sleep(0.01)
print(min(seen) > time.time() - 60)`;
    const { stdout, stderr } = spawnSync(python(), ['-c', script, archive], { encoding: 'utf8', timeout: 30_000 });

    expect([stdout.trim(), stderr]).toEqual(['True', '']);
  });

  it('on an instance tells AWS by its CLI, and does not believe a mount that is none (S3-D04, S3-D19, S3-D26, S3-D30)', () => {
    // Prepare
    const bin = join(directories.root, 'bin');
    mkdirSync(bin);
    for (const [name, code] of [
      ['aws', 0],
      ['mount', 0],
    ] as const) {
      writeFileSync(
        join(bin, name),
        `#!/bin/sh\nprintf '%s\\n' "$0" "$@" --- >> ${directories.root}/calls\nexit ${code}\n`,
      );
      chmodSync(join(bin, name), 0o755);
    }
    const [python, [archive = '', request = '']] = directories.command(directories.backupRequest());

    // Act
    const { status, stdout } = spawnSync(python, [archive, request, '--state', join(directories.root, 'state')], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    });

    // Assess
    expect(status).toBe(1);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)?.slice('REPORT '.length) ?? '')).toMatchObject({
      outcome: 'FAILED',
      reason: 'SourceNotMounted',
    });
    const calls = readFileSync(join(directories.root, 'calls'), 'utf8')
      .split('---\n')
      .map((call) =>
        call
          .trim()
          .split('\n')
          .map((word) => word.replace(`${bin}/`, '')),
      );
    expect(calls.find(([name]) => name === 'mount')).toEqual([
      'mount',
      '-t',
      'efs',
      '-o',
      'tls,iam,noresvport,noatime,nosuid,nodev,noexec,ro',
      'fs-00000001:/',
      expect.stringContaining('fs-00000001-ro'),
    ]);
    const updates = calls
      .filter((call) => call.includes('update-item'))
      .map((call) => ({
        key: JSON.parse(call[call.indexOf('--key') + 1] ?? ''),
        condition: call[call.indexOf('--condition-expression') + 1],
        name: JSON.parse(call[call.indexOf('--expression-attribute-names') + 1] ?? '')['#name'],
        value: JSON.parse(call[call.indexOf('--expression-attribute-values') + 1] ?? '')[':value'],
      }));
    expect(updates.at(-1)).toMatchObject({
      key: { runId: { S: 'efs-to-efs-1' }, item: { S: 'run' } },
      condition: 'attribute_exists(runId) AND attribute_not_exists(finishedAt)',
      name: 'workerReport',
      value: { M: { outcome: { S: 'FAILED' }, files: { N: '0' }, failedPaths: { L: [] } } },
    });
    expect(calls.find((call) => call.includes('s3'))?.at(-1)).toBe('s3://logs/logs/efs-to-efs-1/');
  });
});
