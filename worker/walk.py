"""
The walk: one pass over the source that writes the new copy beside the old ones.

An unchanged file costs two metadata calls: one that describes it in the source, and one that links the base's file into
the new copy. Whether it is unchanged is decided by the base's manifest, which has the source's ctime and inode: they
change with content, attributes, ACLs and names alike, so nothing else needs to be asked. What is changed or unknown is
copied, or read and compared where only its ctime is another.

A directory is open in the source, in the copy and in the base as long as anything in it is left to do; then it gets its
attributes. All calls are relative to these three.
"""
import errno
import os
import stat
import threading

import at
from catalogue import is_label
from copying import copy_entry, digest_file, keep_directory
from errors import Changed, Unwritable, WorkerError
from large import LargeFile, is_large
from late import Late
from manifest import (
    CTIME, DIGEST, GID, INODE, LINKS, MODE, MTIME, NAME, SIGNATURE, SIZE, UID, entry_of, file_bytes, join, more_of, split,
    with_more, xattrs_digest,
)
from removal import remove_in
from tasks import run_tasks
from verify import NO_GROUP

# A large directory is worked on in parts, by several threads.
PART_FILES = 500
# So many files are copied by one thread, one after the other, and are one line of the manifest.
COPY_FILES = 16
# A file that changed later than this before the walk may change again without another ctime: clocks tick in steps.
CLOCK_STEP_NANOSECONDS = 1_000_000_000
# A file that others replace all the time is described again so often.
MOST_ATTEMPTS = 3
INODE_LOCKS = 64


class Trees:
    """The roots, as descriptors: of the source, the copy, and the base's data or None."""

    def __init__(self, source, destination, base, links, large):
        self.source, self.destination, self.base = source, destination, base
        # Directories of the worker's own beside the copy: a name for each hard-linked file, and unfinished large files.
        self.links, self.large = links, large


class _Node:
    """A directory that is being worked on."""

    __slots__ = (
        'parent', 'path', 'source', 'destination', 'base', 'own', 'xattrs', 'previous', 'done', 'existing', 'open',
        'is_late',
    )

    def __init__(self, parent, path, source):
        self.parent, self.path, self.source = parent, path, source
        self.destination = self.base = None
        self.previous, self.done, self.existing = {}, {}, frozenset()
        self.open, self.is_late = 1, False


class Walk:
    """
    Copies the source of `trees` to their destination, as far as the `journal` of interrupted runs says that it is not
    there yet. `base_manifest` is the manifest of the base, or None. What is in the copy is noted with `writer`.
    `started` is the time of the walk's begin, in seconds.
    """

    def __init__(self, run, trees, base_manifest, journal, writer, started, exclusion):
        self._run, self._stop, self._counts, self._progress = run, run.stop, run.counts, run.progress
        self._trees, self._base_manifest, self._journal, self._writer = trees, base_manifest, journal, writer
        self._exclusion = exclusion
        self._racy_since = int(started * 1e9) - CLOCK_STEP_NANOSECONDS
        self._with_xattrs = self._keeps_xattrs()
        self._lock = threading.Lock()
        self._late = Late()
        # Of hard-linked files that are in the copy: the entry as the source is, by inode.
        self._groups = {}
        # Their names that are in the copy, as long as not all are: they may have to be linked to another file.
        self._members = {}
        self._inode_locks = [threading.RLock() for _ in range(INODE_LOCKS)]

    def _keeps_xattrs(self):
        """Whether extended attributes can be kept; notes in the log if only the destination does not have them."""
        if not at.has_xattrs(self._trees.source):
            return False
        if at.has_xattrs(self._trees.destination):
            return True
        message = 'The destination has no extended attributes and ACLs; the source may.'
        self._run.log.note('attributesNotKept', message=message)
        return False

    def run(self):
        """Walks and copies. Throws what stopped it, or Stopped."""
        self._run_tasks([(self._read, None, '', 1.0, False)])
        self._take_late()

    def copy_anew(self, paths):
        """
        Takes files out of the copy and copies them from the source: damaged ones that were linked from the base. All
        names of a hard-linked file go together.
        """
        for path, entry in paths:
            directory, name = split(path)
            descriptor = at.open_down(self._trees.destination, directory)
            try:
                at.remove_if_there(at.unlink, descriptor, name)
            finally:
                at.close(descriptor)
            links = max(1, entry[LINKS])
            self._counts.add(
                files=-1, bytes=-file_bytes(entry), distinctFiles=-1 / links, distinctBytes=-file_bytes(entry) / links)
            self._writer.append(directory, [[name, 0, 0, 0, 0, 0, 0, 0, 0, None]])
            self._groups.pop(entry[INODE], None)
            self._members.pop(entry[INODE], None)
            self._late.add(directory, name)
        self._base_manifest = None
        self._take_late()

    def _run_tasks(self, tasks):
        run_tasks(tasks, lambda task: task[0](*task[1:]), self._run.threads, self._stop)

    def _take_late(self):
        def handle(group):
            return [(self._take_group, *group)]

        groups = []
        while True:
            group = self._late.take(PART_FILES)
            if group:
                groups.append(group)
            if groups and (group is None or len(groups) == self._run.threads):
                self._run_tasks([handle(each)[0] for each in groups])
                groups = []
            if group is None:
                return

    def _take_group(self, directory, names):
        """Names of one directory, once more. What fails now has failed."""
        try:
            source = at.open_down(self._trees.source, directory)
        except OSError as error:
            for name in names:
                if error.errno in at.GONE:
                    self._counts.vanish(join(directory, name))
                else:
                    self._counts.fail(join(directory, name), str(error))
            return []
        node = _Node(None, directory, source)
        node.is_late = True
        self._describe(node)
        try:
            node.destination = at.open_down(self._trees.destination, directory)
        except OSError as error:
            at.close(source)
            if error.errno in at.GONE:
                # Its own directory is late too, or has failed.
                for name in names:
                    self._counts.fail(join(directory, name), 'its directory could not be copied')
                return []
            raise
        # It has its attributes by now, which new files must not inherit; it gets them again.
        at.make_private(node.destination)
        self._open_base(node)
        node.previous = self._previous(directory)
        self._writer.append(directory, [node.own])
        return self._take(node, names, 0)

    def _describe(self, node):
        found = os.fstat(node.source)
        node.xattrs = at.xattrs(node.source) if self._with_xattrs else {}
        digest = xattrs_digest(node.xattrs)
        node.own = entry_of('.', found, None, {'xattrs': digest} if digest else None)

    def _open_base(self, node):
        if self._trees.base is None or self._base_manifest is None:
            return
        try:
            if node.parent is None:
                node.base = at.open_down(self._trees.base, node.path)
            elif node.parent.base is not None:
                node.base = at.open_directory(node.parent.base, split(node.path)[1])
        except OSError as error:
            if error.errno not in at.GONE:
                raise

    def _previous(self, directory):
        return self._base_manifest.entries(directory) if self._base_manifest else {}

    # --- directories ---

    def _read(self, parent, name, share, is_late):
        path = join(parent.path, name) if parent else ''
        try:
            source = at.open_directory(parent.source, name) if parent else os.dup(self._trees.source)
        except OSError as error:
            return self._miss_directory(parent, name, error, share, is_late)
        node = _Node(parent, path, source)
        try:
            found = at.names(source, self._stop.check)
            self._describe(node)
        except OSError as error:
            at.close(source)
            return self._miss_directory(parent, name, error, share, is_late)
        node.is_late = is_late
        entries = self._without_excluded(node, found)
        self._open_base(node)
        try:
            is_new = self._make_directory(node, name, dict(entries))
        except OSError as error:
            _check_space(error, path)
            for descriptor in (node.source, node.destination, node.base):
                if descriptor is not None:
                    at.close(descriptor)
            self._counts.fail(path or '.', str(error))
            if parent:
                self._settle(parent)
            return []
        self._writer.append(path, [node.own])
        self._counts.add(directories=1)
        node.previous = self._previous(path)
        node.done = {} if is_new else self._journal.entries(path)
        names = [each for each, _ in entries]
        parts = [names[start:start + PART_FILES] for start in range(0, len(names), PART_FILES)]
        if len(parts) <= 1:
            return self._take(node, names, share)
        node.open = len(parts)
        return [(self._take, node, part, share / len(parts)) for part in parts]

    def _miss_directory(self, parent, name, error, share, is_late):
        """A directory that cannot be read. Only its parent can say that it is gone; the root never is."""
        path = join(parent.path, name) if parent else ''
        if parent and at.is_gone(parent.source, name):
            self._counts.vanish(path)
        elif parent and error.errno in (*at.UNSURE, *at.GONE) and not is_late:
            self._late.add(parent.path, name)
        else:
            self._counts.fail(path or '.', str(error))
        self._progress.add(share)
        if parent:
            self._settle(parent)
        return []

    def _without_excluded(self, node, found):
        if {('copies', True), ('.lock', False)} <= set(found) and is_label(node.source):
            # Copies are not copied, as their links are to files that other copies share.
            self._counts.leave_out(node.path or '.', 'copies of a folder label')
            return []
        kept = []
        for name, is_directory in found:
            path = join(node.path, name)
            if self._exclusion.excludes(path, name):
                self._counts.leave_out(path, 'excluded')
            else:
                kept.append((name, is_directory))
        return kept

    def _make_directory(self, node, name, is_directory):
        """
        Makes the directory in the copy and opens it. Of one that an interrupted run left, what is not in the source, or
        is a directory only here or only there (`is_directory`, by name), is removed. Returns whether it is new.
        """
        if node.parent is None:
            node.destination = os.dup(self._trees.destination)
        else:
            try:
                at.make_directory(node.parent.destination, name)
                node.destination = at.open_directory(node.parent.destination, name)
                return True
            except FileExistsError:
                pass
            try:
                node.destination = at.open_directory(node.parent.destination, name)
            except NotADirectoryError:
                at.unlink(node.parent.destination, name)
                at.make_directory(node.parent.destination, name)
                node.destination = at.open_directory(node.parent.destination, name)
                return True
        existing = set()
        for each, is_there_directory in at.names(node.destination, self._stop.check):
            if is_directory.get(each) == is_there_directory:
                existing.add(each)
            elif is_there_directory:
                remove_in(node.destination, each, self._run.threads, self._stop)
            else:
                at.unlink(node.destination, each)
        # It has the attributes of the source if it was complete; new files must not inherit any of them.
        at.make_private(node.destination)
        node.existing = frozenset(existing)
        return False

    def _settle(self, node):
        """One task in it is done; after the last one the directory is closed, and so on upwards."""
        while node is not None:
            with self._lock:
                node.open -= 1
                if node.open:
                    return
            try:
                keep_directory(node.destination, node.own, node.xattrs, self._with_xattrs)
            except OSError as error:
                self._counts.fail(node.path or '.', str(error))
            for descriptor in (node.source, node.destination, node.base):
                if descriptor is not None:
                    at.close(descriptor)
            node = node.parent

    # --- files ---

    def _take(self, node, names, share):
        kept, directories, to_copy = [], [], []
        for name in names:
            self._stop.check()
            try:
                # Not the stat of scandir: that keeps Python's lock while the file system answers, and all threads wait.
                now = at.status(node.source, name)
            except OSError as error:
                self._miss(node, name, error)
                continue
            if stat.S_ISDIR(now.st_mode):
                directories.append(name)
                continue
            entry = entry_of(name, now)
            before = self._kept(node, entry)
            if before:
                kept.append(before)
            else:
                to_copy.append(entry)
        linked, to_copy = self._link_unchanged(node, to_copy)
        self._record(node, linked + kept)
        self._counts.add(filesLinked=len(linked), filesResumed=len(kept))
        chunks = [to_copy[start:start + COPY_FILES] for start in range(0, len(to_copy), COPY_FILES)]
        share /= len(directories) + 1
        with self._lock:
            node.open += len(chunks) + len(directories)
        tasks = [(self._read, node, name, share, node.is_late) for name in directories]
        tasks += [(self._copy_files, node, chunk) for chunk in chunks]
        self._progress.add(share)
        self._settle(node)
        return tasks

    def _miss(self, node, name, error):
        """An entry that cannot be described or read. Only its directory can say that it is gone."""
        path = join(node.path, name)
        if at.is_gone(node.source, name):
            self._counts.vanish(path)
        elif error.errno in (*at.UNSURE, *at.GONE) and not node.is_late:
            self._late.add(node.path, name)
        else:
            self._counts.fail(path, str(error))

    def _kept(self, node, entry):
        """The entry of what an interrupted run has copied, if it is still right; removes what is not."""
        name = entry[NAME]
        if name not in node.existing:
            return None
        before = node.done.get(name)
        if before and before[SIGNATURE] == entry[SIGNATURE] and entry[CTIME]:
            if entry[LINKS] == 1 or self._keep_linked(node, name, before):
                return before
        self._remove(node.destination, name)
        return None

    def _remove(self, directory, name):
        """Removes what an interrupted run left at a name of the copy, which may be another thing than the source has now."""
        try:
            at.unlink(directory, name)
        except IsADirectoryError:
            remove_in(directory, name, self._run.threads, self._stop)

    def _keep_linked(self, node, name, entry):
        """A hard-linked file that an interrupted run has copied: kept if all its names are one file."""
        inode = entry[INODE]
        with self._inode_lock(inode):
            known = self._groups.get(inode)
            if known is None:
                if inode in self._members:
                    return False
                at.remove_if_there(at.unlink, self._trees.links, str(inode))
                at.link(node.destination, name, self._trees.links, str(inode))
                self._groups[inode] = list(entry)
                self._members[inode] = [join(node.path, name)]
                return True
            first = at.status(self._trees.links, str(inode))
            is_one = known[SIGNATURE] == entry[SIGNATURE] and first.st_ino == at.status(node.destination, name).st_ino
            if is_one:
                self._members[inode].append(join(node.path, name))
            return is_one

    def _link_unchanged(self, node, entries):
        """Links what the base has. Returns the entries of these, and of the others."""
        linked, others = [], []
        for entry in entries:
            before = node.previous.get(entry[NAME])
            if not before or node.base is None or before[SIGNATURE] != entry[SIGNATURE]:
                others.append(entry)
            elif self._link_from_base(node, entry):
                linked.append(before)
            else:
                others.append(entry)
        return linked, others

    def _link_from_base(self, node, entry):
        if entry[LINKS] == 1:
            return self._link(node, entry[NAME])
        inode = entry[INODE]
        with self._inode_lock(inode):
            # Once one of its names had to be copied, all are names of that file.
            if inode in self._groups or not self._link(node, entry[NAME]):
                return False
            members = self._members.setdefault(inode, [])
            members.append(join(node.path, entry[NAME]))
            if len(members) == entry[LINKS]:
                del self._members[inode]
            return True

    def _link(self, node, name):
        """Whether the base's file could be linked: EFS allows 177 links to a file."""
        try:
            at.link(node.base, name, node.destination, name)
            return True
        except OSError as error:
            _check_space(error, join(node.path, name))
            self._counts.add(filesNotLinkable=1)
            return False

    def _copy_files(self, node, entries):
        copied, tasks = [], []
        try:
            for entry in entries:
                self._stop.check()
                done, more = self._copy(node, entry)
                copied += [done] if done else []
                tasks += more
        finally:
            self._record(node, copied)
        with self._lock:
            node.open += len(tasks)
        self._settle(node)
        return tasks

    def _copy(self, node, entry):
        """Copies one file. Returns its entry, or None where there is none (yet), and tasks that are left to do."""
        name = entry[NAME]
        for _ in range(MOST_ATTEMPTS):
            try:
                if stat.S_ISDIR(entry[MODE]):
                    # Since it was listed. The directory is not yet where it should be.
                    self._late.add(node.path, name)
                    return None, []
                if entry[LINKS] > 1 and not stat.S_ISDIR(entry[MODE]):
                    return self._copy_linked(node, entry), []
                if is_large(entry):
                    found = self._link_if_same(node, entry, node.previous.get(name))
                    return (found, []) if found else (None, self._begin_large(node, entry))
                return self._link_if_same(node, entry, node.previous.get(name)) or self._copy_new(node, entry), []
            except Changed:
                try:
                    entry = entry_of(name, at.status(node.source, name))
                except OSError as error:
                    self._miss(node, name, error)
                    return None, []
            except Unwritable as error:
                self._fail_to_write(join(node.path, name), error)
                return None, []
            except OSError as error:
                self._miss(node, name, error)
                return None, []
        self._counts.fail(join(node.path, name), 'it was replaced again and again')
        return None, []

    def _fail_to_write(self, path, unwritable):
        _check_space(unwritable.error, path)
        self._counts.fail(path, str(unwritable.error))

    def _copy_new(self, node, entry):
        name = entry[NAME]
        copied = copy_entry(node.source, name, node.destination, name, entry, self._with_xattrs, self._stop)
        self._count_copied(node, copied)
        return copied

    def _count_copied(self, node, entry):
        self._counts.add(filesTransferred=1, bytesTransferred=file_bytes(entry))
        if entry[CTIME] == 0:
            # Someone writes to it. What was copied is what there was; the next run looks at it again.
            self._counts.add(filesChangedDuringCopy=1)
            self._run.log.path('changed', join(node.path, entry[NAME]))

    def _begin_large(self, node, entry):
        file = LargeFile(node.source, entry[NAME], self._trees.large, entry, self._with_xattrs, self._stop)
        self._counts.add(partsResumed=file.resumed_parts)
        parts = file.parts or [None]
        # One task each, and the last of them settles for all.
        return [(self._copy_large, node, entry[NAME], file, part) for part in parts]

    def _copy_large(self, node, name, file, part):
        path = join(node.path, name)
        try:
            if part is None or file.copy_part(part):
                try:
                    entry = file.finish(node.destination, name)
                finally:
                    file.close()
                self._count_copied(node, entry)
                self._record(node, [entry])
        except Unwritable as error:
            self._fail_to_write(path, error)
        except OSError as error:
            self._miss(node, name, error)
        self._settle(node)
        return []

    def _link_if_same(self, node, entry, before):
        """
        Links the base's file if it has the content and the attributes of the source's, whose ctime may have another
        reason: a new name, a change that was taken back. The content is read to know. Returns its entry, or None.
        """
        if not before or node.base is None or not _may_be_same(entry, before):
            return None
        name = entry[NAME]
        if not self._is_same(node, name, before) or not self._link(node, name):
            return None
        same = entry_of(name, at.status(node.source, name), before[DIGEST], more_of(before) or None)
        if same[SIGNATURE] != entry[SIGNATURE]:
            same[CTIME] = 0
        self._counts.add(filesLinked=1)
        return same

    def _is_same(self, node, name, before):
        source = at.open_file(node.source, name)
        try:
            if not stat.S_ISREG(at.described(source).st_mode):
                raise Changed()
            if self._with_xattrs:
                base = at.open_file(node.base, name)
                try:
                    if at.xattrs(source) != at.xattrs(base):
                        return False
                finally:
                    at.close(base)
            return digest_file(source, before[SIZE], before[DIGEST], self._stop) == before[DIGEST]
        finally:
            at.close(source)

    # --- hard links ---

    def _inode_lock(self, inode):
        return self._inode_locks[inode % INODE_LOCKS]

    def _copy_linked(self, node, entry):
        """
        A file with several names. The first of them is linked to the base or copied, the others are linked to the first,
        which has a name in a directory of the worker's own for that.
        """
        inode, name = entry[INODE], entry[NAME]
        with self._inode_lock(inode):
            first = self._groups.get(inode)
            if first and first[SIGNATURE] == entry[SIGNATURE]:
                if not self._link_to_group(node, entry):
                    # As many links as the file system takes: one file anew, for all names that there are so far.
                    self._counts.add(filesNotLinkable=1)
                    return self._begin_group(node, self._copy_new(node, entry))
                self._counts.add(filesLinked=1)
                return [name, *first[1:]]
            copied = self._link_if_same(node, entry, node.previous.get(name))
            if copied is None and self._base_manifest and not node.is_late and not first:
                # Another of its names may be in the base: that costs a link, not a copy.
                self._late.add(node.path, name)
                return None
            if copied is None:
                copied = self._copy_new(node, entry)
            if copied[SIGNATURE] != entry[SIGNATURE]:
                return with_more(copied, group=NO_GROUP)
            if first:
                # The source changed between two names: they are two files in the copy.
                copied = with_more(copied, group=more_of(first).get('group', 0) + 1)
                self._members.pop(inode, None)
            return self._begin_group(node, copied)

    def _link_to_group(self, node, entry):
        """Links a name to the others of its file. The last one takes over the name that is beside the copy."""
        inode, name = entry[INODE], entry[NAME]
        members = self._members.setdefault(inode, [])
        try:
            if len(members) + 1 == entry[LINKS]:
                at.rename(self._trees.links, str(inode), node.destination, name)
                del self._groups[inode], self._members[inode]
            else:
                at.link(self._trees.links, str(inode), node.destination, name)
                members.append(join(node.path, name))
            return True
        except OSError as error:
            if error.errno != errno.EMLINK:
                raise Unwritable(error) from error
            return False

    def _begin_group(self, node, entry):
        """From now on, the other names of the file are linked to this one; those that are there already too."""
        inode, name = entry[INODE], entry[NAME]
        at.remove_if_there(at.unlink, self._trees.links, str(inode))
        try:
            at.link(node.destination, name, self._trees.links, str(inode))
        except OSError as error:
            if error.errno != errno.EMLINK:
                raise Unwritable(error) from error
            # It was linked to the base, and that was the last link.
            self._counts.add(filesNotLinkable=1)
            at.unlink(node.destination, name)
            more = more_of(entry)
            entry = self._copy_new(node, entry)
            entry = with_more(entry, group=more['group']) if 'group' in more else entry
            at.link(node.destination, name, self._trees.links, str(inode))
        self._groups[inode] = list(entry)
        members = self._members.pop(inode, [])
        for path in members:
            self._link_again(path, inode)
        self._members[inode] = [*members, join(node.path, name)]
        return entry

    def _link_again(self, path, inode):
        """Lets a name that is in the copy be one of the file's new names."""
        directory, name = split(path)
        descriptor = at.open_down(self._trees.destination, directory)
        try:
            time_ns = at.described(descriptor).st_mtime_ns
            at.unlink(descriptor, name)
            at.link(self._trees.links, str(inode), descriptor, name)
            # The directory may have its time already.
            at.set_time(descriptor, time_ns)
        finally:
            at.close(descriptor)

    def _record(self, node, entries):
        """Notes in the manifest what is in the copy now."""
        if not entries:
            return
        size = sum(map(file_bytes, entries))
        for entry in entries:
            if entry[CTIME] >= self._racy_since:
                entry[CTIME] = 0
        self._writer.append(node.path, entries)
        self._counts.add(
            files=len(entries), bytes=size,
            # A file of several names counts once.
            distinctFiles=sum(1 / max(1, entry[LINKS]) for entry in entries),
            distinctBytes=sum(file_bytes(entry) / max(1, entry[LINKS]) for entry in entries))


def _may_be_same(entry, before):
    """Whether two entries differ in nothing that a copy has; their content may differ all the same."""
    same = (MODE, UID, GID, SIZE, MTIME)
    return stat.S_ISREG(entry[MODE]) and bool(before[DIGEST]) and all(entry[field] == before[field] for field in same)


def _check_space(error, path):
    """Throws OutOfSpace, which ends the run, if an error of the destination says so."""
    if error.errno in at.NO_SPACE:
        raise WorkerError('OutOfSpace', 'No space, or no inode, is left on the destination for {}: {}'.format(path, error))
    if error.errno in (errno.EMFILE, errno.ENFILE):
        raise WorkerError('IoError', 'Too many open files at {}: {}'.format(path, error))
