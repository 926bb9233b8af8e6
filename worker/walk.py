"""
The walk: one pass over the directories of the source that writes the new copy beside the old ones.

All calls are relative to a directory that is open in the source, in the copy and in the base (see trees.py).
"""
import stat
import threading

import at
from catalogue import is_label
from copying import SIZE_OF_STATUS, keep_directory
from files import Files
from hard_links import HardLinks
from manifest import MODE, SIGNATURE, entry_of, join, split
from tasks import settle
from trees import PRIVATE, Node
from work import check_space

# A large directory is worked on in parts, by several threads.
PART_FILES = 500
# How often it is asked whether the run is to end, which is a sign of work too.
FILES_PER_CHECK = 8


class Walk:
    """
    Copies the source of the trees of `work` to their destination, as far as the journal of interrupted runs says that it
    is not there yet. Its tasks are tuples of a function and what it is called with; each returns further ones.
    """

    def __init__(self, work):
        self._work = work
        self._files = Files(work, self._settle)
        self.hard_links = HardLinks(work, self._files)
        # What is known of the directory whose names are taken in groups: its path, the base's entries, the journal's.
        self._known, self._known_lock = (None, {}, {}), threading.Lock()

    def begin(self, path, is_new, share):
        """
        The task that copies a directory with all that is below it, which is worth `share` of the whole. `is_new`: it was
        just made in the copy. The root has the path ''.
        """
        return self._begin, path, is_new, share

    def _begin(self, path, is_new, share):
        try:
            source = at.open_down(self._work.trees.source, path)
        except OSError as error:
            return self._miss_directory(None, path, error, share)
        return self._read(Node(None, path, source), '', is_new, share)

    def _enter(self, parent, name, share):
        try:
            source = at.open_directory(parent.source, name)
        except OSError as error:
            return self._miss_directory(parent, name, error, share)
        return self._read(Node(parent, join(parent.path, name), source, parent.is_late), name, False, share)

    def _read(self, node, name, is_new, share):
        work = self._work
        try:
            found = at.names(node.source, work.stop.check)
            work.describe(node)
        except OSError as error:
            at.close(node.source)
            return self._miss_directory(node.parent, name if node.parent else node.path, error, share)
        entries = self._without_excluded(node, found)
        try:
            work.open_base(node)
            is_new = self._make_directory(node, name, is_new, dict(entries))
        except OSError as error:
            check_space(error, node.path)
            self._close(node)
            work.counts.fail(node.path or '.', str(error))
            self._settle(node.parent)
            return []
        if not is_new:
            node.done = work.journal.entries(node.path)
        directories = [each for each, is_directory in entries if is_directory]
        names = [each for each, is_directory in entries if not is_directory]
        share /= len(directories) + 1
        tasks = [(self._enter, node, each, share) for each in directories]
        node.open += len(tasks)
        parts = [names[start:start + PART_FILES] for start in range(0, len(names), PART_FILES)]
        if len(parts) <= 1:
            return tasks + self._take(node, names, share, [node.own])
        work.record(node, [], [node.own], directories=1)
        node.open += len(parts) - 1
        return tasks + [(self._take, node, part, share / len(parts)) for part in parts]

    def _miss_directory(self, parent, name, error, share):
        """A directory that cannot be read. Only its parent can say that it is gone; the root never is."""
        if parent:
            self._work.miss(parent, name, error)
        elif name:
            # It was handed over by another process, which had its parent open.
            directory, name = split(name)
            self._work.late.add(directory, [name])
        else:
            self._work.counts.fail('.', str(error))
        self._work.progress.add(share)
        self._settle(parent)
        return []

    def _without_excluded(self, node, found):
        if ('.lock', False) in found and ('copies', True) in found and is_label(node.source):
            # Copies are not copied, as their links are to files that other copies share.
            self._work.counts.leave_out(node.path or '.', 'copies of a folder label')
            return []
        excluded = self._work.exclusion.excluded_in(node.path, [name for name, _ in found])
        for name in excluded:
            self._work.counts.leave_out(join(node.path, name), 'excluded')
        return [(name, is_directory) for name, is_directory in found if name not in excluded] if excluded else found

    def _make_directory(self, node, name, is_new, is_directory):
        """
        Makes the directory in the copy, unless it `is_new` already, and opens it. Of one that an interrupted run left, what
        is not in the source, or is a directory only here or only there (`is_directory`, by name), is removed. Returns
        whether it is new.
        """
        work = self._work
        if node.parent is None:
            node.destination = at.open_down(work.trees.destination, node.path)
            if is_new:
                return True
        else:
            above = node.parent.destination
            try:
                # With its mode at once, but for what would let others write into it before it is complete.
                mode = node.own[MODE] & 0o055 | PRIVATE
                at.make_directory(above, name, mode)
                node.destination, node.mode = at.open_directory(above, name), mode
                return True
            except FileExistsError:
                pass
            try:
                node.destination = at.open_directory(above, name)
            except NotADirectoryError:
                at.unlink(above, name)
                at.make_directory(above, name)
                node.destination = at.open_directory(above, name)
                return True
        existing = set()
        for each, is_there_directory in at.names(node.destination, work.stop.check):
            if is_directory.get(each) == is_there_directory:
                existing.add(each)
            else:
                work.remove(node.destination, each)
        # It has the attributes of the source if it was complete; new files must not inherit any of them.
        at.make_private(node.destination)
        node.existing = frozenset(existing)
        return False

    def _take(self, node, names, share, own=()):
        """
        Describes entries of a directory, links and copies them; directories that have come among them become tasks. `own`: the entry
        of the directory itself, if it is to be noted with them.
        """
        work, files = self._work, self._files
        check, source, existing = work.stop.check, node.source, node.existing
        base, destination = node.base, node.destination
        previous = node.previous if base is not None else {}
        kept, linked, to_copy, directories, several = [], [], [], [], []
        for start in range(0, len(names), FILES_PER_CHECK):
            check()
            for name, now in at.statuses(source, names[start:start + FILES_PER_CHECK]):
                if isinstance(now, OSError):
                    work.miss(node, name, now)
                    continue
                mode, inode, _, links, user, group, size = now[:SIZE_OF_STATUS]
                if stat.S_ISDIR(mode):
                    directories.append(name)
                    continue
                if links > 1:
                    several.append(name)
                    continue
                if existing:
                    done = files.kept(node, entry_of(name, now))
                    if done:
                        kept.append(done)
                        continue
                before = previous.get(name)
                if before and before[SIGNATURE] == [
                    mode, user, group, size, now.st_mtime_ns, now.st_ctime_ns, inode, links,
                ]:
                    try:
                        at.link_same(base, destination, name)
                        linked.append(before)
                        continue
                    except OSError as error:
                        files.fail_to_link(node, name, error)
                to_copy.append((name, now))
        if several:
            work.linked.add(node.path, several)
        is_as_in_base = own and len(linked) == len(node.previous) - 1 and own[0] == node.previous.get('.')
        work.record(
            node, linked + kept, own, node.lines if is_as_in_base and not kept else None,
            directories=len(own), filesLinked=len(linked), filesResumed=len(kept))
        chunks = files.pace.chunks(to_copy)
        share /= len(directories) + 1
        tasks = [(self._enter, node, name, share) for name in directories]
        tasks += [(files.copy_files, node, chunk) for chunk in chunks]
        if tasks:
            with work.lock:
                node.open += len(tasks)
        work.progress.add(share)
        self._settle(node)
        return tasks

    def take_group(self, directory, names, is_late):
        """
        Names of one directory, whose other entries are done: files with several names, and what is looked at once more. If
        it `is_late`, what fails now has failed.
        """
        work = self._work
        try:
            source = at.open_down(work.trees.source, directory)
        except OSError as error:
            for name in names:
                if error.errno in at.GONE:
                    work.counts.vanish(join(directory, name))
                else:
                    work.counts.fail(join(directory, name), str(error))
            if error.errno in at.GONE:
                self._forget(directory, names)
            return []
        node = Node(None, directory, source, is_late)
        try:
            work.describe(node)
            node.destination = at.open_down(work.trees.destination, directory)
        except OSError as error:
            at.close(source)
            # Its own directory is late too, or has failed.
            for name in names:
                work.counts.fail(join(directory, name), 'its directory could not be copied: {}'.format(error))
            return []
        # It has its attributes by now, which new files must not inherit; it gets them again.
        at.make_private(node.destination)
        previous, node.done = self._known_of(directory, len(names) == PART_FILES)
        work.open_base(node, previous)
        node.existing = frozenset(name for name, _ in at.names(node.destination, work.stop.check))
        work.record(node, [], [node.own])
        files, others = [], []
        for name, now in at.statuses(source, names):
            if isinstance(now, OSError):
                work.miss(node, name, now)
            elif now.st_nlink > 1 and not stat.S_ISDIR(now.st_mode):
                files.append(entry_of(name, now))
            else:
                others.append(name)
        self.hard_links.take(node, files)
        return self._take(node, others, 0)

    def _forget(self, directory, names):
        """Removes what an interrupted run has copied of names that are gone, from a directory that is closed already."""
        try:
            descriptor = at.open_down(self._work.trees.destination, directory)
        except OSError:
            return
        try:
            time_ns = at.described(descriptor).st_mtime_ns
            for name in names:
                self._work.remove(descriptor, name)
            at.set_time(descriptor, time_ns)
        finally:
            at.close(descriptor)

    def _known_of(self, directory, has_several):
        """
        What base and journal say of a directory. If it `has_several` groups of names, which come one after the other, it is
        read once for all of them.
        """
        known = self._known
        if known[0] == directory:
            return known[1:]
        if not has_several:
            return self._read_known(directory)
        with self._known_lock:
            if self._known[0] != directory:
                self._known = (directory, *self._read_known(directory))
            return self._known[1:]

    def _read_known(self, directory):
        base = self._work.base.entries(directory) if self._work.base else {}
        return base, self._work.journal.entries(directory)

    def hand_over(self, task):
        """
        What another process needs to do a task in the place of this one, as the arguments of `begin`; None if it is no
        directory of its own. It is made in the copy here, as its parent gets its attributes here.
        """
        if task[0] != self._enter:
            return None
        _, parent, name, share = task
        is_new = False
        try:
            at.make_directory(parent.destination, name)
            is_new = True
        except OSError:
            found = at.status_or_none(parent.destination, name)
            if found is None or not stat.S_ISDIR(found.st_mode):
                return None
        self._settle(parent)
        return join(parent.path, name), is_new, share

    def _settle(self, node):
        """One task in it is done; after the last one the directory gets its attributes and is closed, and so on upwards."""
        settle(node, self._work.lock, self._finish)

    def _finish(self, node):
        work = self._work
        try:
            keep_directory(node.destination, node.own, node.xattrs, work.with_xattrs, node.mode)
        except OSError as error:
            work.counts.fail(node.path or '.', str(error))
        self._close(node)

    def _close(self, node):
        at.close_all(node.source, node.destination, node.base)
