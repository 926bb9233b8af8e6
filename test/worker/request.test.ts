import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Night, START, world } from '../../scenarios/efs-to-efs/night';
import { Directories, python } from '../../scenarios/worker/directories';
import { describeWorker } from './describe-worker';

const SOURCES = readdirSync('worker').filter((name) => name.endsWith('.py'));

/** Gives 5,000 requests with shell metacharacters at random places to the worker's own check; prints what it lets pass. */
const FUZZ = `
import base64, copy, json, random, sys
sys.path.insert(0, 'worker')
from errors import InvalidRequest
from request import decode
request = json.loads(sys.argv[1])
chance = random.Random(5)
texts = ['runId', 'region', 'tableName', 'logUri', 'folderLabel', 'interval', 'stopAt', 'action']
let_pass = []
for _ in range(5000):
    tried = copy.deepcopy(request)
    evil = ''.join(chance.choice(' $()\`;|&<>*?~#!\\\\\\'"\\n\\t{}[]%^-=aA0/.') for _ in range(chance.randrange(1, 12)))
    name = chance.choice(texts + ['source', 'destination'])
    place = tried[name] if name in ('source', 'destination') else tried
    key = 'fileSystemId' if place is not tried else name
    at = chance.randrange(len(place[key]) + 1)
    place[key] = place[key][:at] + evil + place[key][at:]
    try:
        decode(base64.b64encode(json.dumps(tried).encode()).decode())
        let_pass.append(place[key])
    except InvalidRequest:
        pass
print(json.dumps(let_pass))
`;

/** Gives requests to the worker's own check; throws at the first that it refuses. */
const CHECK = `
import base64, json, sys
sys.path.insert(0, 'worker')
from request import decode
for request in json.loads(sys.argv[1]):
    decode(base64.b64encode(json.dumps(request).encode()).decode())
`;

/** Is signalled while it begins a thread; prints whether the next piece of work is refused. */
const SIGNAL_IN_A_START = `
import os, signal, sys, threading
sys.path.insert(0, 'worker')
from errors import Stopped
from stopping import Stop
stop = Stop()
stop.on_signals()
with threading._active_limbo_lock:
    os.kill(os.getpid(), signal.SIGTERM)
    try:
        stop.check()
        print('goes on')
    except Stopped:
        print('stops')
print('is told' if stop.wait(5) else 'is not told')
`;

/** What the SSM document runs, with the command line in place of its parameters. */
function commandOfDocument(): string {
  const line = /^ +- (exec .*python3) "\$program" .*$/m.exec(readFileSync('template.yaml', 'utf8'))?.[1];
  return `${line} "$@"`;
}

describeWorker('the worker', () => {
  it('reports when it is stopped before its interpreter has begun', () => {
    // Prepare: a python3 that gets the signal, and only then becomes Python
    const directories = new Directories();
    const bin = join(directories.root, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'python3'), `#!/bin/sh\nkill -TERM $$\nexec ${python()} "$@"\n`, { mode: 0o755 });
    const [, commandLine] = directories.command(directories.backupRequest({}));

    // Act
    const { stdout } = spawnSync('bash', ['-c', commandOfDocument(), 'bash', ...commandLine], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    });
    directories.remove();

    // Assess
    const { outcome, message } = JSON.parse(/^REPORT (.*)$/m.exec(stdout)?.[1] ?? '{}');
    expect({ outcome, message }).toEqual({ outcome: 'STOPPED', message: 'Stopped before its end, cleanly.' });
  });

  it('begins no further work after a signal, also one that comes while it begins a thread', () => {
    const { stdout } = spawnSync(python(), ['-c', SIGNAL_IN_A_START], { encoding: 'utf8', timeout: 20_000 });
    expect(stdout).toBe('stops\nis told\n');
  });

  it('understands every request that the orchestrator sends', async () => {
    // Prepare
    const launches = [{ InterruptedAfterSeconds: 120 }];
    const night = await Night.open(world({ launches }, { EfsToEfsSpot: 'Yes' }));
    await night.run(START);
    await night.run(START);
    await night.run({ mode: 'restore', copy: { interval: 'daily', index: 0 }, subPath: '/app' });
    const preview = { mode: 'restore', action: 'preview', deleteExtra: true };
    const { runId } = await night.run(preview);
    const inPlace = { mode: 'restore', into: 'inPlace', deleteExtra: true, consent: 'overwriteAndDelete' };
    await night.run({ ...inPlace, previewId: runId });
    const requests = night.requests.map(({ request }) => request);
    night.close();

    // Act
    const { status, stderr } = spawnSync(python(), ['-c', CHECK, JSON.stringify(requests)], { encoding: 'utf8' });

    // Assess
    expect([status, stderr]).toEqual([0, '']);
    const actions = new Set(requests.map(({ action, mode }) => [action, mode].join(' ').trim()));
    expect([...actions].sort()).toEqual([
      'backup',
      'preview inPlace',
      'restore inPlace',
      'restore newDirectory',
      'stop',
    ]);
  });

  it('lets nothing pass in a name that a shell could take for more than a name', () => {
    // Prepare
    const directories = new Directories();
    const request = {
      ...directories.backupRequest({ stopAt: '2026-11-21T05:00:00Z' }),
      runId: 'efs-to-efs-1',
      region: 'eu-west-1',
      tableName: 'runs',
      logUri: 's3://logs/logs/efs-to-efs-1/',
    };
    directories.remove();

    // Act
    const { stdout, stderr } = spawnSync(python(), ['-c', FUZZ, JSON.stringify(request)], { encoding: 'utf8' });

    // Assess
    expect(stderr).toBe('');
    const letPass: string[] = JSON.parse(stdout);
    expect(letPass.filter((text) => /[^A-Za-z0-9_.:/+-]/.test(text))).toEqual([]);
  });

  it('tells everything that is wrong with a request at once, before anything is touched', () => {
    // Prepare
    const directories = new Directories();

    // Act
    const report = directories.run({
      action: 'backup',
      source: { fileSystemId: 'fs-1', path: '/a/../b' },
      destination: { fileSystemId: 'fs-00000002', path: '/' },
      folderLabel: '../etc',
      interval: 'daily',
      retain: 0,
      verifySampleFiles: true,
    });
    const retain = directories.backup({ retain: 171 });
    const same = directories.backup({ destination: { fileSystemId: 'fs-00000001' } });
    directories.remove();

    // Assess
    expect(report).toMatchObject({ outcome: 'FAILED', reason: 'InvalidRequest', exitCode: 2 });
    for (const name of [
      'source.fileSystemId',
      'source.path',
      'destination.path',
      'folderLabel',
      'retain',
      'verifySampleFiles',
    ])
      expect(report.message).toContain(name);
    expect(retain.message).toContain('retain must be a whole number from 1 to 170');
    expect(same.message).toContain('the same file system');
  });

  it('calls file systems in one module only, in which no call follows a link or takes a path of a tree', () => {
    const call =
      /\b(os|shutil|pathlib)\.(open|link|symlink|mknod|mkfifo|rename|renames|replace|l?chown|l?chmod|utime|mkdir|makedirs|rmdir|removedirs|unlink|remove|truncate|stat|lstat|access|readlink|listdir|scandir|walk|fwalk|chdir|chroot|\w*xattr|copy\w*|move|rmtree|path\.(exists|lexists|is\w+|real\w*|get\w+))\(|(?<![\w.])open\(|\bPath\(|\bglob\b/;
    const found = SOURCES.filter((name) => name !== 'at.py').flatMap((name) =>
      readFileSync(`worker/${name}`, 'utf8')
        .split('\n')
        .flatMap((line, index) => (call.test(line) ? [`${name}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);

    const [trees = '', own = ''] = readFileSync('worker/at.py', 'utf8').split("# --- The instance's own disk");
    expect(own).not.toBe('');
    // Each names its directory by a descriptor, or the file itself; and none follows a link.
    const calls = trees
      .split('\n')
      .filter((line) => /\bos\.(?!O_|SEEK|path|fs|ftruncate|pread|pwrite|dup|close|geteuid|umask)\w+\(/.test(line));
    const isRelative =
      /dir_fd=|\bos\.(f\w+|scandir|utime|\w*xattr|lseek)\((descriptor|directory|source|to)\b|os\.(utime|chmod)\(name, .*dir_fd=|def open_root|os\.fdopen/;
    const absolute = calls.filter((line) => !isRelative.test(line) && !/os\.(link|rename)\($/.test(line.trim()));
    expect(absolute.map((line) => line.trim())).toEqual(['return os.open(path, os.O_RDONLY | os.O_DIRECTORY)']);
  });

  it('needs nothing but Python 3.9, asks no instance metadata, and never starts a shell (S3-D18, S3-D21)', () => {
    // Act
    const check = `
import ast, sys
names = set()
for path in sys.argv[1:]:
    for node in ast.walk(ast.parse(open(path).read(), feature_version=(3, 9))):
        names.update([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module] if isinstance(node, ast.ImportFrom) else [])
print(*sorted(names))`;
    const paths = SOURCES.map((name) => `worker/${name}`);
    const { stdout } = spawnSync(python(), ['-c', check, ...paths], { encoding: 'utf8' });

    // Assess
    const own = SOURCES.map((name) => name.replace('.py', ''));
    const standard = [
      ...[
        'base64',
        'binascii',
        'bisect',
        'collections',
        'contextlib',
        'ctypes',
        'datetime',
        'errno',
        'fcntl',
        'getopt',
        'hashlib',
        'importlib',
        'itertools',
      ],
      ...[
        'json',
        'json.decoder',
        'json.encoder',
        'operator',
        'os',
        'pkgutil',
        'random',
        're',
        'resource',
        'shutil',
        'signal',
        'sqlite3',
        'stat',
        'subprocess',
        'sys',
        'tempfile',
      ],
      ...['threading', 'time', 'traceback', 'unicodedata'],
    ];
    expect(
      stdout
        .trim()
        .split(' ')
        .filter((name) => !own.includes(name) && !standard.includes(name)),
    ).toEqual([]);
    for (const path of paths)
      expect(readFileSync(path, 'utf8')).not.toMatch(
        /shell\s*=\s*True|os\.(system|popen)|169\.254|urllib|http\.client|socket/,
      );
  });
});
