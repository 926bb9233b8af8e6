"""What all parts of a walk share, in one process: the trees, what is known of them, and where it is noted what was done."""
import errno
import os
import threading

import at
from copying import keeps_xattrs
from errors import WorkerError
from manifest import CTIME, LINKS, NAME, entry_of, file_bytes, join, xattrs_digest
from removal import remove_in

# A file that changed later than this before the walk may change again without another ctime: clocks tick in steps.
CLOCK_STEP_NANOSECONDS = 1_000_000_000


class Work:
    """
    `base` is the manifest of the base, or None; `journal` what interrupted runs have noted; `writer` takes what is in the
    copy now; `started` is the time of the walk's begin, in seconds. `counts` counts, and `late` and `linked` take names by
    directory: what is looked at once more, and files with several names, which are done when all others are.
    """

    def __init__(self, trees, base, journal, writer, started, exclusion, threads, stop, log):
        self.trees, self.base, self.journal, self.writer = trees, base, journal, writer
        self.exclusion, self.threads, self.stop = exclusion, threads, stop
        self.racy_since = int(started * 1e9) - CLOCK_STEP_NANOSECONDS
        self.with_xattrs = keeps_xattrs(
            trees.source, trees.destination, log, 'The destination has no extended attributes and ACLs; the source may.')
        self.lock = threading.Lock()
        self.counts = self.progress = self.late = self.linked = None

    def describe(self, node):
        """Notes a directory's own entry and extended attributes. Throws OSError."""
        found = os.fstat(node.source)
        node.xattrs = at.xattrs(node.source) if self.with_xattrs else {}
        digest = xattrs_digest(node.xattrs)
        node.own = entry_of('.', found, None, {'xattrs': digest} if digest else None)

    def open_base(self, node, previous=None):
        """Opens the directory in the base, if it is there, and reads what the base's manifest says of it, unless given."""
        if self.base is None or self.trees.base is None:
            return
        if previous is None:
            node.previous, node.lines = self.base.entries_and_lines(node.path)
        else:
            node.previous = previous
        try:
            if node.parent is None:
                node.base = at.open_down(self.trees.base, node.path)
            elif node.parent.base is not None:
                node.base = at.open_directory(node.parent.base, node.path.rpartition('/')[2])
        except OSError as error:
            if error.errno not in at.GONE:
                raise

    def miss(self, node, name, error):
        """
        An entry that cannot be described or read. Only its directory can say that it is gone. What an interrupted run has
        copied of it goes too.
        """
        path = join(node.path, name)
        if at.is_gone(node.source, name):
            self.counts.vanish(path)
            if name in node.existing:
                self.remove(node.destination, name)
        elif error.errno in (*at.UNSURE, *at.GONE) and not node.is_late:
            self.late.add(node.path, [name])
        else:
            self.counts.fail(path, str(error))

    def remove(self, directory, name):
        """Removes what an interrupted run left at a name of the copy, which may be another thing than the source has now."""
        try:
            at.unlink(directory, name)
        except IsADirectoryError:
            remove_in(directory, name, self.threads, self.stop)
        except OSError as error:
            if error.errno not in at.GONE:
                raise

    def fail_to_write(self, path, unwritable):
        """Counts a path that cannot be written. Throws OutOfSpace, which ends the run, if there is no space for any other."""
        check_space(unwritable.error, path)
        self.counts.fail(path, str(unwritable.error))

    def record(self, node, entries, own=(), lines=None, **counts):
        """
        Notes in the manifest what is in the copy now, and counts it; `own`, the entry of the directory itself, is not
        counted. `lines`: those that the base has of just these entries.
        """
        several = distinct_size = 0
        for entry in entries:
            if entry[CTIME] >= self.racy_since:
                entry[CTIME], lines = 0, None
            if entry[LINKS] > 1:
                # A file of several names counts once.
                several += 1 - 1 / entry[LINKS]
                distinct_size += file_bytes(entry) * (1 - 1 / entry[LINKS])
        if lines:
            self.writer.append_lines(b''.join(lines))
        elif entries or own:
            self.writer.append(node.path, [*own, *entries])
        if entries or own:
            size = sum(map(file_bytes, entries))
            self.counts.add(
                files=len(entries), bytes=size, distinctFiles=len(entries) - several, distinctBytes=size - distinct_size,
                **counts)

    def record_copied(self, node, entries):
        """The same for files that were copied."""
        if not entries:
            return
        changed = [entry for entry in entries if entry[CTIME] == 0]
        for entry in changed:
            # Someone writes to it. What was copied is what there was; the next run looks at it again.
            self.counts.change(join(node.path, entry[NAME]))
        self.record(
            node, entries, filesTransferred=len(entries), bytesTransferred=sum(map(file_bytes, entries)),
            filesChangedDuringCopy=len(changed))


def check_space(error, path):
    """Throws OutOfSpace, which ends the run, if an error of the destination says so."""
    if error.errno in at.NO_SPACE:
        raise WorkerError('OutOfSpace', 'No space, or no inode, is left on the destination for {}: {}'.format(path, error))
    if error.errno in (errno.EMFILE, errno.ENFILE):
        raise WorkerError('IoError', 'Too many open files at {}: {}'.format(path, error))
