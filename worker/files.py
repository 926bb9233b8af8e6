"""
The files of a directory: linked to the base where nothing has changed, copied where something has.

An unchanged file costs two metadata calls: one that describes it in the source, and one that links the base's file into
the new copy. Whether it is unchanged is decided by the base's manifest, which has the source's ctime and inode: they
change with content, attributes, ACLs and names alike, so nothing else needs to be asked. What is changed or unknown is
copied, or read and compared where only its ctime is another.
"""
import stat

import at
from copying import BLOCK_BYTES, copy_entry, copy_small, digest_file
from errors import Changed, Unwritable
from large import LargeFile, is_large
from manifest import (
    CTIME, DIGEST, GID, MODE, MTIME, NAME, SIGNATURE, SIZE, UID, entry_of, join, more_of,
)
from pace import Pace
from work import check_space

# A file that others replace all the time is described again so often.
MOST_ATTEMPTS = 3


class Files:
    """Works on files of one `work`. `settle(node)` is called when a task that was begun here is done."""

    def __init__(self, work, settle):
        self._work, self._settle = work, settle
        self.pace = Pace()

    def kept(self, node, entry):
        """The entry of what an interrupted run has copied, if it is still right; removes what is not."""
        name = entry[NAME]
        if name not in node.existing:
            return None
        before = node.done.get(name)
        if before and before[SIGNATURE] == entry[SIGNATURE] and entry[CTIME]:
            return before
        self._work.remove(node.destination, name)
        return None

    def link(self, node, name):
        """Whether the base's file could be linked: EFS allows 177 links to a file."""
        try:
            at.link_same(node.base, node.destination, name)
            return True
        except OSError as error:
            self.fail_to_link(node, name, error)
            return False

    def fail_to_link(self, node, name, error):
        """Counts a file that is copied instead. Throws OutOfSpace."""
        check_space(error, join(node.path, name))
        self._work.counts.add(filesNotLinkable=1)

    def copy_files(self, node, files):
        """
        Copies some files, pairs of a name and what lstat said. Returns the tasks that are left to do: the parts of large
        ones, and files for other threads.
        """
        copied, linked, tasks = [], [], []
        source, destination, previous, with_xattrs = node.source, node.destination, node.previous, self._work.with_xattrs

        def handle(some):
            for name, found in some:
                if found.st_size <= BLOCK_BYTES and stat.S_ISREG(found.st_mode) and previous.get(name) is None:
                    try:
                        entry = copy_small(source, name, destination, name, found, with_xattrs)
                    except OSError:
                        # Whose it is, and what is to be done, is found out below.
                        entry = None
                    if entry:
                        copied.append(entry)
                        continue
                self.try_to(node, entry_of(name, found), lambda each: self._copy(node, each, copied, linked, tasks))

        try:
            rest = self.pace.work_through(files, self._work.stop.check, handle)
        finally:
            self._work.record_copied(node, copied)
            self._work.record(node, linked, filesLinked=len(linked))
        tasks += [(self.copy_files, node, chunk) for chunk in self.pace.chunks(rest)]
        with self._work.lock:
            node.open += len(tasks)
        self._settle(node)
        return tasks

    def _copy(self, node, entry, copied, linked, tasks):
        same = self.link_if_same(node, entry, node.previous.get(entry[NAME]))
        if same:
            linked.append(same)
        elif is_large(entry):
            tasks += self._begin_large(node, entry)
        else:
            copied.append(self.copy_new(node, entry))

    def try_to(self, node, entry, act):
        """
        Does `act(entry)`, and again with what the entry has become meanwhile. Trouble with it is counted, and ends nothing
        else. Returns what `act` returns, or None.
        """
        name = entry[NAME]
        for _ in range(MOST_ATTEMPTS):
            try:
                if stat.S_ISDIR(entry[MODE]):
                    break
                return act(entry)
            except Changed:
                try:
                    entry = entry_of(name, at.status(node.source, name))
                except OSError as error:
                    return self._work.miss(node, name, error)
            except Unwritable as error:
                return self._work.fail_to_write(join(node.path, name), error)
            except OSError as error:
                return self._work.miss(node, name, error)
        if stat.S_ISDIR(entry[MODE]) and not node.is_late:
            # Since it was listed. The directory is not yet where it should be.
            return self._work.late.add(node.path, [name])
        return self._work.counts.fail(join(node.path, name), 'it was replaced again and again')

    def copy_new(self, node, entry):
        """Copies a file, a large one part by part. Returns its entry. Throws as copy_entry does."""
        work, name = self._work, entry[NAME]
        if is_large(entry):
            file = self._large(node, entry)
            try:
                for part in file.parts:
                    file.copy_part(part)
                return file.finish(node.destination, name)
            finally:
                file.close()
        return copy_entry(node.source, name, node.destination, name, entry, work.with_xattrs, work.stop)

    def _begin_large(self, node, entry):
        file = self._large(node, entry)
        # One task each, and the last of them settles for all.
        return [(self._copy_large, node, entry[NAME], file, part) for part in file.parts or [None]]

    def _large(self, node, entry):
        work = self._work
        file = LargeFile(node.source, entry[NAME], work.trees.large, entry, work.with_xattrs, work.stop)
        work.counts.add(partsResumed=file.resumed_parts)
        return file

    def _copy_large(self, node, name, file, part):
        try:
            if part is None or file.copy_part(part):
                try:
                    entry = file.finish(node.destination, name)
                finally:
                    file.close()
                self._work.record_copied(node, [entry])
        except Unwritable as error:
            self._work.fail_to_write(join(node.path, name), error)
        except OSError as error:
            self._work.miss(node, name, error)
        self._settle(node)
        return []

    def link_if_same(self, node, entry, before):
        """
        Links the base's file if it has the content and the attributes of the source's, whose ctime may have another
        reason: a new name, a change that was taken back. The content is read to know. Returns its entry, or None.
        """
        if not before or node.base is None or not _may_be_same(entry, before):
            return None
        name = entry[NAME]
        if not self._is_same(node, name, before) or not self.link(node, name):
            return None
        same = entry_of(name, at.status(node.source, name), before[DIGEST], more_of(before) or None)
        if same[SIGNATURE] != entry[SIGNATURE]:
            same[CTIME] = 0
        return same

    def _is_same(self, node, name, before):
        work = self._work
        source = at.open_file(node.source, name)
        try:
            if not stat.S_ISREG(at.described(source).st_mode):
                raise Changed()
            if work.with_xattrs:
                base = at.open_file(node.base, name)
                try:
                    if at.xattrs(source) != at.xattrs(base):
                        return False
                finally:
                    at.close(base)
            return digest_file(source, before[SIZE], before[DIGEST], work.stop) == before[DIGEST]
        finally:
            at.close(source)


def _may_be_same(entry, before):
    """Whether two entries differ in nothing that a copy has; their content may differ all the same."""
    same = (MODE, UID, GID, SIZE, MTIME)
    return stat.S_ISREG(entry[MODE]) and bool(before[DIGEST]) and all(entry[field] == before[field] for field in same)
