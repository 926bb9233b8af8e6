"""
Files with several names. The first name is linked to the base or copied, the others are linked to the first, which has a
name in a directory of the worker's own for that. All names of a file are worked on by one process.
"""
import errno
import threading

import at
from errors import Unwritable
from manifest import INODE, LINKS, NAME, NO_GROUP, SIGNATURE, join, more_of, split, with_more

INODE_LOCKS = 64


class HardLinks:
    """The hard-linked files of one `work`, beside its `files`."""

    def __init__(self, work, files):
        self._work, self._files, self._links = work, files, work.trees.links
        # Of files that are in the copy: the entry as the source is, by inode.
        self._groups = {}
        # Their names that are in the copy, as long as not all are: they may have to be linked to another file.
        self._members = {}
        self._locks = [threading.RLock() for _ in range(INODE_LOCKS)]

    def reset(self, links):
        """Forgets all names: of a copy in which some are done anew. `links` is the worker's own directory now."""
        self._groups, self._members, self._links = {}, {}, links

    def take(self, node, entries):
        """Links or copies files with several names."""
        kept, linked, copied, others = [], [], [], []
        for entry in entries:
            self._work.stop.check()
            before = self._files.kept(node, entry)
            if before and self._keep(node, entry[NAME], before):
                kept.append(before)
                continue
            if before:
                self._work.remove(node.destination, entry[NAME])
            before = node.previous.get(entry[NAME])
            if before and node.base is not None and before[SIGNATURE] == entry[SIGNATURE] and self._link(node, entry):
                linked.append(before)
            else:
                others.append(entry)
        try:
            for entry in others:
                self._work.stop.check()
                self._files.try_to(node, entry, lambda each: self._copy(node, each, copied, linked))
        finally:
            self._work.record(node, kept, filesResumed=len(kept))
            self._work.record(node, linked, filesLinked=len(linked))
            self._work.record_copied(node, copied)

    def _lock(self, inode):
        return self._locks[inode % INODE_LOCKS]

    def _keep(self, node, name, entry):
        """Whether what an interrupted run has copied can stay: all its names are one file."""
        inode = entry[INODE]
        with self._lock(inode):
            known = self._groups.get(inode)
            if known is None:
                if inode in self._members:
                    return False
                at.remove_if_there(at.unlink, self._links, str(inode))
                at.link(node.destination, name, self._links, str(inode))
                self._groups[inode] = list(entry)
                self._members[inode] = [join(node.path, name)]
                return True
            first = at.status(self._links, str(inode))
            is_one = known[SIGNATURE] == entry[SIGNATURE] and first.st_ino == at.status(node.destination, name).st_ino
            if is_one:
                self._members[inode].append(join(node.path, name))
            return is_one

    def _link(self, node, entry):
        """Whether an unchanged name could be linked to the base."""
        inode = entry[INODE]
        with self._lock(inode):
            # Once one of its names had to be copied, all are names of that file.
            if inode in self._groups or not self._files.link(node, entry[NAME]):
                return False
            members = self._members.setdefault(inode, [])
            members.append(join(node.path, entry[NAME]))
            if len(members) == entry[LINKS]:
                del self._members[inode]
            return True

    def _copy(self, node, entry, copied, linked):
        """A name that is not in the base as it is now. Its entry is added to one of the two lists, or it is late."""
        inode, name = entry[INODE], entry[NAME]
        if entry[LINKS] == 1:
            # It has lost its other names since.
            same = self._files.link_if_same(node, entry, node.previous.get(name))
            (linked if same else copied).append(same or self._files.copy_new(node, entry))
            return
        with self._lock(inode):
            first = self._groups.get(inode)
            if first and first[SIGNATURE] == entry[SIGNATURE]:
                if self._link_to_group(node, entry):
                    linked.append([name, *first[1:]])
                else:
                    # As many links as the file system takes: one file anew, for all names that there are so far.
                    self._work.counts.add(filesNotLinkable=1)
                    copied.append(self._begin_group(node, self._files.copy_new(node, entry)))
                return
            found, to = self._files.link_if_same(node, entry, node.previous.get(name)), linked
            if found is None:
                if self._work.base and not node.is_late and not first:
                    # Another of its names may be in the base: that costs a link, not a copy.
                    self._work.late.add(node.path, [name])
                    return
                found, to = self._files.copy_new(node, entry), copied
            if found[SIGNATURE] != entry[SIGNATURE]:
                to.append(with_more(found, group=NO_GROUP))
                return
            if first:
                # The source changed between two names: they are two files in the copy.
                found = with_more(found, group=more_of(first).get('group', 0) + 1)
                self._members.pop(inode, None)
            to.append(self._begin_group(node, found))

    def _link_to_group(self, node, entry):
        """Links a name to the others of its file. The last one takes over the name that is beside the copy."""
        inode, name = entry[INODE], entry[NAME]
        members = self._members.setdefault(inode, [])
        try:
            if len(members) + 1 == entry[LINKS]:
                at.rename(self._links, str(inode), node.destination, name)
                del self._groups[inode], self._members[inode]
            else:
                at.link(self._links, str(inode), node.destination, name)
                members.append(join(node.path, name))
            return True
        except OSError as error:
            if error.errno != errno.EMLINK:
                raise Unwritable(error) from error
            return False

    def _begin_group(self, node, entry):
        """From now on, the other names of the file are linked to this one; those that are there already too."""
        inode, name = entry[INODE], entry[NAME]
        at.remove_if_there(at.unlink, self._links, str(inode))
        try:
            at.link(node.destination, name, self._links, str(inode))
        except OSError as error:
            if error.errno != errno.EMLINK:
                raise Unwritable(error) from error
            # It was linked to the base, and that was the last link.
            self._work.counts.add(filesNotLinkable=1)
            at.unlink(node.destination, name)
            more = more_of(entry)
            entry = self._files.copy_new(node, entry)
            entry = with_more(entry, group=more['group']) if 'group' in more else entry
            at.link(node.destination, name, self._links, str(inode))
        self._groups[inode] = list(entry)
        members = self._members.pop(inode, [])
        for path in members:
            self._link_again(path, inode)
        self._members[inode] = [*members, join(node.path, name)]
        return entry

    def _link_again(self, path, inode):
        """Lets a name that is in the copy be one of the file's new names."""
        directory, name = split(path)
        descriptor = at.open_down(self._work.trees.destination, directory)
        try:
            time_ns = at.described(descriptor).st_mtime_ns
            at.unlink(descriptor, name)
            at.link(self._links, str(inode), descriptor, name)
            # The directory may have its time already.
            at.set_time(descriptor, time_ns)
        finally:
            at.close(descriptor)
