"""Comparing a copy with its manifest: what is there, its attributes, and the content by MD5."""
import hashlib
import os
import random
import stat

from catalogue import Catalogue
from copier import is_copy_of
from errors import WorkerError
from manifest import MD5, MODE, join
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
        run.report['verifiedFiles'] = check_copy(copy.data, manifest, sample_files, run)
    else:
        run.report['verifiedFiles'] = check_whole_copy(copy.data, manifest, run)


def check_copy(data, manifest, sample_files, run):
    """
    Compares `sample_files` files, chosen at random, with the manifest; 0 chooses none. Returns how many it compared.
    Throws CopyDamaged with the paths that differ.
    """
    files = _sample(manifest, sample_files, run)

    def handle(part):
        for path, entry in part:
            _check_entry(data, path, entry, run)
        run.progress.add(len(part) / len(files))

    parts = [files[start:start + PART_FILES] for start in range(0, len(files), PART_FILES)]
    run_tasks(parts, handle, run.threads, run.stop)
    return _verdict(run)


def check_whole_copy(data, manifest, run):
    """The same for every file, and for the names in every directory. Returns how many files it compared."""
    def handle(directory):
        entries = manifest.entries(directory)
        _check_names(data, directory, entries, manifest, run)
        for name, entry in entries.items():
            _check_entry(data, join(directory, name), entry, run)
        run.progress.add(1 / len(manifest.directories()))

    run_tasks(list(manifest.directories()), handle, run.threads, run.stop)
    return _verdict(run)


def _sample(manifest, size, run):
    """A uniform sample in one pass (reservoir)."""
    if size == 0:
        return []
    chance = random.Random(run.run_id)
    sample, seen = [], 0
    for directory in manifest.directories():
        for name, entry in manifest.entries(directory).items():
            if name == '.':
                continue
            seen += 1
            if len(sample) < size:
                sample.append((join(directory, name), entry))
            elif chance.random() * seen < size:
                sample[chance.randrange(size)] = (join(directory, name), entry)
    return sample


def _check_entry(data, path, entry, run):
    problem = _difference(data + '/' + path, entry)
    if problem:
        run.counts.fail(path or '.', problem)
    if not stat.S_ISDIR(entry[MODE]):
        run.counts.add(filesVerified=1)


def _check_names(data, directory, entries, manifest, run):
    try:
        with os.scandir(data + '/' + directory) as found:
            for entry in found:
                path = join(directory, entry.name)
                is_directory = entry.is_dir(follow_symlinks=False)
                if not (path in manifest.directories() if is_directory else entry.name in entries):
                    run.counts.fail(path, 'is not in the manifest')
    except OSError as error:
        run.counts.fail(directory or '.', str(error))


def _verdict(run):
    if run.counts.failures:
        raise WorkerError(
            'CopyDamaged',
            '{} files of the copy are not what its manifest says; the last: {}'.format(
                run.counts.failures, run.counts.last_failure),
        )
    return run.counts.get('filesVerified')


def _difference(path, entry):
    """What is wrong with a file of the copy, or None."""
    try:
        found = os.lstat(path)
    except OSError as error:
        return str(error)
    if not is_copy_of(found, entry):
        return 'has another size, time, mode or owner'
    if entry[MD5] and stat.S_ISREG(entry[MODE]):
        try:
            if md5_of(path) != entry[MD5]:
                return 'has another content'
        except OSError as error:
            return str(error)
    return None


def md5_of(path):
    """The MD5 of a file's content, as rsync gives it: against decay, not against forgery."""
    md5 = hashlib.new('md5', usedforsecurity=False)
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(BLOCK_BYTES), b''):
            md5.update(block)
    return md5.hexdigest()
