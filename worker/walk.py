"""
The walk: one pass over the directories of the source that writes the new copy beside the old ones.

All calls are relative to a directory that is open in the source, in the copy and in the base (see trees.py).
"""
import stat
import threading

import at
from catalogue import is_label
from copying import keep_directory
from exclusion import OWN_PREFIXES
from files import Files
from hard_links import HardLinks
from manifest import entry_of, is_unchanged, join, split
from tasks import settle
from trees import Node
from work import check_space

# A large directory is worked on in parts, by several threads.
PART_FILES = 500
# So many files are copied by one thread, one after the other, and are one line of the manifest.
COPY_FILES = 8
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
        work.writer.append(node.path, [node.own])
        work.counts.add(directories=1)
        if not is_new:
            node.done = work.journal.entries(node.path)
        names = [each for each, _ in entries]
        parts = [names[start:start + PART_FILES] for start in range(0, len(names), PART_FILES)]
        if len(parts) <= 1:
            return self._take(node, names, share)
        node.open = len(parts)
        return [(self._take, node, part, share / len(parts)) for part in parts]

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
        if {('copies', True), ('.lock', False)} <= set(found) and is_label(node.source):
            # Copies are not copied, as their links are to files that other copies share.
            self._work.counts.leave_out(node.path or '.', 'copies of a folder label')
            return []
        if not self._work.exclusion.has_patterns and not any(name.startswith(OWN_PREFIXES) for name, _ in found):
            return found
        kept, excludes = [], self._work.exclusion.excludes
        for name, is_directory in found:
            if excludes(node.path, name):
                self._work.counts.leave_out(join(node.path, name), 'excluded')
            else:
                kept.append((name, is_directory))
        return kept

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
                at.make_directory(above, name)
                node.destination = at.open_directory(above, name)
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

    def _take(self, node, names, share):
        """Describes entries of a directory, links and copies them; the directories among them become tasks."""
        work = self._work
        check, source, existing = work.stop.check, node.source, node.existing
        previous = node.previous if node.base is not None else {}
        kept, linked, to_copy, directories, several = [], [], [], [], []
        for number, name in enumerate(names):
            if number % FILES_PER_CHECK == 0:
                check()
            try:
                # Not the stat of scandir: that keeps Python's lock while the file system answers, and all threads wait.
                now = at.status(source, name)
            except OSError as error:
                work.miss(node, name, error)
                continue
            if stat.S_ISDIR(now.st_mode):
                directories.append(name)
            elif now.st_nlink > 1:
                several.append(name)
            else:
                before = previous.get(name)
                if existing:
                    done = self._files.kept(node, entry_of(name, now))
                    if done:
                        kept.append(done)
                        continue
                if before and is_unchanged(before, now) and self._files.link(node, name):
                    linked.append(before)
                else:
                    to_copy.append(entry_of(name, now))
        if several:
            work.linked.add(node.path, several)
        work.record(node, linked + kept, filesLinked=len(linked), filesResumed=len(kept))
        chunks = [to_copy[start:start + COPY_FILES] for start in range(0, len(to_copy), COPY_FILES)]
        share /= len(directories) + 1
        with work.lock:
            node.open += len(chunks) + len(directories)
        tasks = [(self._enter, node, name, share) for name in directories]
        tasks += [(self._files.copy_files, node, chunk) for chunk in chunks]
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
        work.writer.append(directory, [node.own])
        files, others = [], []
        for name in names:
            try:
                now = at.status(source, name)
            except OSError as error:
                work.miss(node, name, error)
                continue
            if now.st_nlink > 1 and not stat.S_ISDIR(now.st_mode):
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
            keep_directory(node.destination, node.own, node.xattrs, work.with_xattrs, is_private=True)
        except OSError as error:
            work.counts.fail(node.path or '.', str(error))
        self._close(node)

    def _close(self, node):
        at.close_all(node.source, node.destination, node.base)
