"""Comparing what AWS Backup has restored of a file system with the file system itself. Reads only."""
import random
import stat
import threading

import at
from errors import WorkerError
from manifest import join, split
from request import parse_time
from tasks import run_tasks, settle

# AWS Backup restores into a directory of this name: https://docs.aws.amazon.com/aws-backup/latest/devguide/restoring-efs.html
RECOVERY_PREFIX = 'aws-backup-restore_'
MISSING = 'is missing'


def compare(request, run):
    """
    The action: every file of the source that has not changed since `before` must have been restored, with its type, size and
    link; of `sampleFiles` of them the content too. Throws RestoredDiffers.
    """
    source = run.mounts.mount(request['source']['fileSystemId'], True, 'SourceNotMounted')
    restored = run.mounts.mount(request['restored']['fileSystemId'], True, 'RestoredNotMounted')
    name = _recovery_directory(restored.descriptor)
    run.report['recoveryDirectory'] = name
    run.progress.phase('comparing')
    comparison = Comparison(source.descriptor, at.open_directory(restored.descriptor, name), request, run)
    comparison.run()
    run.report['newerFiles'] = run.counts.get('filesNewer')
    run.report['comparedFiles'] = run.counts.get('filesCompared')
    run.report['comparedBytes'] = run.counts.get('bytesCompared')
    run.report['readFiles'] = comparison.read_sample()
    if run.counts.failures:
        raise WorkerError(
            'RestoredDiffers',
            '{} files that have not changed since the backup differ, of {} compared; the last: {}'.format(
                run.counts.failures, run.report['comparedFiles'], run.counts.last_failure),
        )


def _recovery_directory(root):
    """The one directory into which the restore went. Throws RestoredNotFound."""
    found = [name for name, is_directory in at.names(root) if is_directory and name.startswith(RECOVERY_PREFIX)]
    if len(found) != 1:
        message = 'There are {} directories {}* in the restored file system, not one.'.format(len(found), RECOVERY_PREFIX)
        raise WorkerError('RestoredNotFound', message)
    return found[0]


class Comparison:
    """A walk of the source beside the restored tree."""

    def __init__(self, source, restored, request, run):
        self._source, self._restored, self._run = source, restored, run
        self._before = int(parse_time(request['before']).timestamp() * 1e9)
        self._size, self._seen, self._chosen = request.get('sampleFiles', 0), 0, []
        self._chance = random.Random(run.run_id)
        self._lock = threading.Lock()

    def run(self):
        run_tasks([(None, '', 1.0)], lambda task: self._enter(*task), self._run.threads, self._run.stop)

    def read_sample(self):
        """Compares the content of the sample, and returns how many files were read."""
        self._run.progress.phase('reading')
        read = []

        def handle(path):
            problem = self._content_problem(path)
            if problem:
                self._run.counts.fail(path, problem)
            read.append(path)
            self._run.progress.add(1 / len(self._chosen))

        run_tasks(self._chosen, handle, self._run.threads, self._run.stop)
        return len(read)

    def _enter(self, parent, name, share):
        path = join(parent.path, name) if parent else ''
        try:
            node = _Node(parent, path, *self._open(parent, name))
        except OSError as error:
            self._miss(parent, path, error)
            self._settle(parent)
            return None
        children = []
        try:
            for each, is_directory in at.names(node.source, self._run.stop.check):
                if is_directory:
                    children.append(each)
                else:
                    self._look(node, each)
        except OSError as error:
            self._run.counts.fail(path or '.', str(error))
        share /= len(children) + 1
        self._run.progress.add(share)
        node.open += len(children)
        self._settle(node)
        return [(node, child, share) for child in children]

    def _open(self, parent, name):
        """The directory in the source, and in the restored tree or None: then every older file below it is missing."""
        if parent is None:
            return at.open_down(self._source, ''), at.open_down(self._restored, '')
        source = at.open_directory(parent.source, name)
        if parent.restored is None:
            return source, None
        try:
            return source, at.open_directory(parent.restored, name)
        except OSError as error:
            if error.errno in at.GONE:
                return source, None
            at.close(source)
            raise

    def _miss(self, parent, path, error):
        """A directory of the source that cannot be opened: gone by now, or a failure."""
        if parent is None or not at.is_gone(parent.source, split(path)[1]):
            self._run.counts.fail(path or '.', str(error))

    def _settle(self, node):
        settle(node, self._lock, lambda done: at.close_all(done.source, done.restored))

    def _look(self, node, name):
        self._run.stop.check()
        path = join(node.path, name)
        try:
            seen = at.status(node.source, name)
        except OSError as error:
            if not at.is_gone(node.source, name):
                self._run.counts.fail(path, str(error))
            return
        # A file that changed since, or was made or moved here, says nothing about the backup.
        if max(seen.st_ctime_ns, seen.st_mtime_ns) >= self._before:
            self._run.counts.add(filesNewer=1)
            return
        problem = self._problem(node, name, seen)
        self._run.counts.add(filesCompared=1, bytesCompared=seen.st_size)
        if problem:
            self._run.counts.fail(path, problem)
        elif stat.S_ISREG(seen.st_mode):
            self._choose(path)

    def _problem(self, node, name, seen):
        """What is wrong with the restored file, or None."""
        if node.restored is None:
            return '{}, as its directory is'.format(MISSING)
        try:
            found = at.status_or_none(node.restored, name)
            if found is None:
                return MISSING
            if stat.S_IFMT(found.st_mode) != stat.S_IFMT(seen.st_mode):
                return 'is of another type'
            if stat.S_ISREG(seen.st_mode) and found.st_size != seen.st_size:
                return 'has {} bytes instead of {}'.format(found.st_size, seen.st_size)
            if stat.S_ISLNK(seen.st_mode) and at.read_link(node.restored, name) != at.read_link(node.source, name):
                return 'leads elsewhere'
        except OSError as error:
            return str(error)
        return None

    def _choose(self, path):
        """A uniform sample, in one pass (reservoir)."""
        with self._lock:
            self._seen += 1
            if len(self._chosen) < self._size:
                self._chosen.append(path)
            elif self._size and self._chance.random() * self._seen < self._size:
                self._chosen[self._chance.randrange(self._size)] = path

    def _content_problem(self, path):
        directory, name = split(path)
        opened = []
        try:
            for root in (self._source, self._restored):
                above = at.open_down(root, directory)
                try:
                    opened.append(at.open_file(above, name))
                finally:
                    at.close(above)
            digests = [at.sha256(each, self._run.stop.check) for each in opened]
            # Asked after it was read: who writes now would have made it another file.
            is_same = digests[0] == digests[1] or at.described(opened[0]).st_ctime_ns >= self._before
            return None if is_same else 'has another content'
        except OSError as error:
            # Moved or deleted in the source since the walk.
            return None if not opened and error.errno in at.GONE else str(error)
        finally:
            at.close_all(*opened)


class _Node:
    __slots__ = ('parent', 'path', 'source', 'restored', 'open')

    def __init__(self, parent, path, source, restored):
        self.parent, self.path, self.source, self.restored, self.open = parent, path, source, restored, 1
