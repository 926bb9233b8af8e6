"""Comparing a copy with its manifest: what is there, its attributes, its content, links, devices and holes."""
import stat
import threading

import at
from catalogue import Catalogue
from copying import has_content
from errors import WorkerError
from manifest import (
    DIGEST, LINKS, MD5_DIGITS, MODE, NO_GROUP, SIGNATURE, is_copy_of, join, more_of, split, xattrs_digest,
)
from tasks import run_tasks, settle
from walkers import Told, walk_in_processes

PART_FILES = 100
# A file with holes may take so much more than when it was copied: file systems round, and say so late.
HOLE_SLACK_BYTES = 2 ** 16


def verify(request, run):
    """The action: a sample of the chosen copy, or all of it. Throws CopyDamaged."""
    mount = run.mounts.mount(request['backup']['fileSystemId'], True, 'BackupNotMounted')
    copy = Catalogue(mount.descriptor, request['folderLabel']).choose(request['copy'])
    run.report['copyName'] = copy.name
    run.report['copiedAt'] = copy.copied_at.isoformat(timespec='seconds')
    run.progress.phase('verifying')
    manifest = copy.open_manifest(check=run.stop.check)
    copy.check_index(copy.facts())
    data = copy.open_data()
    sample_files = request.get('sampleFiles', 0)
    if sample_files:
        files = sample(manifest, sample_files, run.run_id)
        damaged_among(data, files, run)
        run.report['verifiedFiles'] = len(files)
    else:
        Verification(data, manifest, run).run()
        run.report['verifiedFiles'] = run.counts.get('filesVerified')
    if run.counts.failures:
        raise WorkerError(
            'CopyDamaged',
            '{} files of the copy are not what its manifest says; the last: {}'.format(
                run.counts.failures, run.counts.last_failure),
        )


def damaged_among(data, files, run):
    """Which of `files`, pairs of path and entry, are below the open directory `data` not what their entries say."""
    damaged = []
    with_xattrs = at.has_xattrs(data)

    def handle(part):
        for path, entry in part:
            run.stop.check()
            directory, name = split(path)
            try:
                descriptor = at.open_down(data, directory)
                try:
                    problem = difference(descriptor, name, entry, with_xattrs, run.stop)
                finally:
                    at.close(descriptor)
            except OSError as error:
                problem = str(error)
            if problem:
                run.counts.fail(path, problem)
                damaged.append((path, entry))
        run.progress.add(len(part) / len(files))

    parts = [files[start:start + PART_FILES] for start in range(0, len(files), PART_FILES)]
    run_tasks(parts, handle, run.threads, run.stop)
    return damaged


class Verification:
    """Every file of a copy, and the names in every directory."""

    def __init__(self, data, manifest, run):
        self._data, self._manifest, self._threads = data, manifest, run.threads
        self.counts, self.progress, self.stop = run.counts, run.progress, run.stop
        self._with_xattrs = at.has_xattrs(data)
        self._lock = threading.Lock()
        # In which inode the first name of each hard-linked file was found, and who is told the names: this process, of all.
        self._groups, self.linked = {}, self

    def run(self):
        if not walk_in_processes(self, self._share, self._threads):
            run_tasks([self.begin('', False, 1.0)], lambda task: task[0](*task[1:]), self._threads, self.stop)

    def begin(self, path, is_new, share):
        """The task that verifies a directory with all that is below it."""
        return self._check, None, path, share

    def hand_over(self, task):
        """What another process needs to do a task in the place of this one."""
        _, parent, name, share = task
        self._settle(parent)
        return join(parent.path, name) if parent else name, False, share

    def _share(self, news, stop):
        """The part of another process in the walk: it counts and reports to the first one."""
        self.counts = self.progress = news
        self.stop, self.linked = stop, Told(news, 'linked')
        return self

    def _check(self, parent, name, share):
        counts = self.counts
        path = join(parent.path, name) if parent else name
        try:
            descriptor = at.open_directory(parent.descriptor, name) if parent else at.open_down(self._data, path)
        except OSError as error:
            counts.fail(path or '.', str(error))
            return self._settle(parent)
        node = _Node(parent, path, descriptor)
        try:
            entries = self._manifest.entries(path)
            children = self._manifest.children(path)
        except ValueError as error:
            counts.fail(path or '.', str(error))
            return self._settle(node)
        if '.' not in entries:
            counts.fail(path or '.', 'the manifest does not have it')
        try:
            self._check_names(node, entries, set(children))
            for each, entry in entries.items():
                self.stop.check()
                problem = self._difference(node, each, entry)
                if problem:
                    counts.fail(join(path, each) or '.', problem)
        except OSError as error:
            counts.fail(path or '.', str(error))
        counts.add(filesVerified=max(0, len(entries) - 1))
        share /= len(children) + 1
        self.progress.add(share)
        node.open += len(children)
        self._settle(node)
        return [(self._check, node, child, share) for child in children]

    def _settle(self, node):
        settle(node, self._lock, lambda done: at.close(done.descriptor))

    def _check_names(self, node, entries, children):
        for name, is_directory in at.names(node.descriptor, self.stop.check):
            if not (name in children if is_directory else name in entries):
                self.counts.fail(join(node.path, name), 'is not in the manifest')

    def _difference(self, node, name, entry):
        if name == '.':
            return directory_difference(node.descriptor, entry, self._with_xattrs)
        problem = difference(node.descriptor, name, entry, self._with_xattrs, self.stop)
        if problem is None and entry[LINKS] > 1 and more_of(entry).get('group', 0) != NO_GROUP:
            inode = at.status(node.descriptor, name).st_ino
            self.linked.add(join(node.path, name), [more_of(entry).get('group', 0), *entry[SIGNATURE]], inode)
        return problem

    def add(self, path, file, inode):
        """A name of a hard-linked `file`, and its inode: all names are one file in the copy too."""
        with self._lock:
            first = self._groups.setdefault(tuple(file), inode)
        if first != inode:
            self.counts.fail(path, 'is no hard link of the other names of the file any more')


class _Node:
    __slots__ = ('parent', 'path', 'descriptor', 'open')

    def __init__(self, parent, path, descriptor):
        self.parent, self.path, self.descriptor, self.open = parent, path, descriptor, 1


def sample(manifest, size, seed):
    """At most `size` files of a manifest, as pairs of path and entry: a uniform sample, in one pass (reservoir)."""
    if size == 0:
        return []
    import random  # a verification of all begins sooner without
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


def difference(directory, name, entry, with_xattrs, stop):
    """What is wrong with a file of the copy, or None. Throws Stopped."""
    try:
        found = at.status(directory, name)
        if not is_copy_of(entry, found):
            return 'has another size, time, mode or owner'
        more = more_of(entry)
        if 'to' in more and at.read_link(directory, name) != more['to']:
            return 'leads elsewhere'
        if 'device' in more and found.st_rdev != more['device']:
            return 'is another device'
        if not stat.S_ISREG(entry[MODE]):
            return None
        if 'allocated' in more and at.allocated(found) > more['allocated'] + HOLE_SLACK_BYTES:
            return 'has lost its holes'
        if entry[DIGEST] and not has_content(directory, name, entry, stop):
            return 'has another content'
        return _xattrs_problem(directory, name, entry, with_xattrs)
    except OSError as error:
        return str(error)


def _xattrs_problem(directory, name, entry, with_xattrs):
    # Copies of earlier versions, which have MD5, do not say which there were.
    if not with_xattrs or not entry[DIGEST] or len(entry[DIGEST]) == MD5_DIGITS:
        return None
    descriptor = at.open_file(directory, name)
    try:
        is_same = xattrs_digest(at.xattrs(descriptor)) == more_of(entry).get('xattrs')
        return None if is_same else 'has other extended attributes or ACLs'
    finally:
        at.close(descriptor)


def directory_difference(descriptor, entry, with_xattrs):
    """What is wrong with an open directory of the copy itself, or None."""
    if not is_copy_of(entry, at.described(descriptor)):
        return 'has another time, mode or owner'
    if with_xattrs and 'xattrs' in more_of(entry):
        if xattrs_digest(at.xattrs(descriptor)) != more_of(entry)['xattrs']:
            return 'has other extended attributes or ACLs'
    return None
