"""Comparing a copy with its manifest: what is there, its attributes, and the content by MD5."""
import hashlib
import os
import random
import stat

from catalogue import Catalogue
from errors import WorkerError
from manifest import MD5, MODE, is_copy_of, join
from tasks import run_tasks

BLOCK_BYTES = 2 ** 20
PART_FILES = 100


def verify(request, run):
    """The action: a sample of the chosen copy, or all of it. Throws CopyDamaged."""
    mount = run.mounts.mount(request['backup']['fileSystemId'], True, 'BackupNotMounted')
    copy = Catalogue(mount, request['folderLabel']).choose(request['copy'])
    run.report['copyName'] = copy.name
    run.report['copiedAt'] = copy.copied_at.isoformat(timespec='seconds')
    run.progress.phase('verifying')
    manifest = copy.open_manifest()
    sample_files = request.get('sampleFiles', 0)
    if sample_files:
        files = sample(manifest, sample_files, run.run_id)
        damaged_among(copy.data, files, run)
        run.report['verifiedFiles'] = len(files)
    else:
        run.report['verifiedFiles'] = _check_all(copy.data, manifest, run)
    if run.counts.failures:
        raise WorkerError(
            'CopyDamaged',
            '{} files of the copy are not what its manifest says; the last: {}'.format(
                run.counts.failures, run.counts.last_failure),
        )


def damaged_among(data, files, run):
    """Which of `files`, pairs of path and entry, are in the copy `data` not what their entries say."""
    damaged = []

    def handle(part):
        for path, entry in part:
            problem = _difference(data + '/' + path, entry, run.stop)
            if problem:
                run.counts.fail(path, problem)
                damaged.append((path, entry))
        run.progress.add(len(part) / len(files))

    parts = [files[start:start + PART_FILES] for start in range(0, len(files), PART_FILES)]
    run_tasks(parts, handle, run.threads, run.stop)
    return damaged


def _check_all(data, manifest, run):
    """Every file, and the names in every directory. Returns how many files it compared."""
    def handle(directory):
        entries = manifest.entries(directory)
        _check_names(data, directory, entries, manifest, run)
        for name, entry in entries.items():
            problem = _difference(data + '/' + join(directory, name), entry, run.stop)
            if problem:
                run.counts.fail(join(directory, name) or '.', problem)
        run.counts.add(filesVerified=len(entries) - 1)
        run.progress.add(1 / len(manifest.directories()))

    run_tasks(list(manifest.directories()), handle, run.threads, run.stop)
    return run.counts.get('filesVerified')


def sample(manifest, size, seed):
    """At most `size` files of a manifest, as pairs of path and entry: a uniform sample, in one pass (reservoir)."""
    if size == 0:
        return []
    chance = random.Random(seed)
    chosen, seen = [], 0
    for directory in manifest.directories():
        for name, entry in manifest.entries(directory).items():
            if name == '.':
                continue
            seen += 1
            if len(chosen) < size:
                chosen.append((join(directory, name), entry))
            elif chance.random() * seen < size:
                chosen[chance.randrange(size)] = (join(directory, name), entry)
    return chosen


def _check_names(data, directory, entries, manifest, run):
    try:
        with os.scandir(data + '/' + directory) as found:
            for entry in found:
                path = join(directory, entry.name)
                is_directory = entry.is_dir(follow_symlinks=False)
                if not (path in manifest.directories() if is_directory else entry.name in entries):
                    run.counts.fail(path, 'is not in the manifest')
                run.stop.check()
    except OSError as error:
        run.counts.fail(directory or '.', str(error))


def _difference(path, entry, stop):
    """What is wrong with a file of the copy, or None."""
    try:
        found = os.lstat(path)
    except OSError as error:
        return str(error)
    if not is_copy_of(found, entry):
        return 'has another size, time, mode or owner'
    if entry[MD5] and stat.S_ISREG(entry[MODE]):
        try:
            if md5_of(path, stop) != entry[MD5]:
                return 'has another content'
        except OSError as error:
            return str(error)
    return None


def md5_of(path, stop):
    """The MD5 of a file's content, as rsync gives it: against decay, not against forgery. Throws Stopped."""
    md5 = hashlib.new('md5', usedforsecurity=False)
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(BLOCK_BYTES), b''):
            md5.update(block)
            stop.check()
    return md5.hexdigest()
