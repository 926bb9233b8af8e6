"""
The walk: one pass over the source that writes the new copy beside the old ones.

An unchanged file costs two metadata calls: one that describes it in the source, and one that links the base's file into
the new copy. Whether it is unchanged is decided by the base's manifest, which has the source's ctime and inode: they
change with content, attributes, ACLs and names alike, so nothing else needs to be asked. What is changed or unknown is
left to rsync.
"""
import collections
import errno
import os
import stat

from copier import CHECK, LINKED, NEW, SMALL, Copier, Item
from directories import keep_attributes, keeps_xattrs
from errors import Stopped, WorkerError
from manifest import CTIME, INODE, LINKS, MD5, MODE, MTIME, NAME, SIGNATURE, SIZE, entry_of, is_copy_of, join
from removal import remove_tree
from rsync import Rsync
from small_files import SmallFiles
from tasks import run_tasks

# A large directory is worked on in parts, by several threads.
PART_FILES = 500
# A file that changed later than this before the walk may change again without another ctime: clocks tick in steps.
CLOCK_STEP_NANOSECONDS = 1_000_000_000


class Walk:
    """
    Copies the tree `source` to `destination`, as far as the manifest `journal` of an interrupted run says that it is
    not there yet. `base` is the directory of the newest complete copy and `base_manifest` its manifest, or both None.
    What is in the copy is noted with `writer`. `started` is the time of the walk's begin, in seconds.
    """

    def __init__(self, source, destination, base, base_manifest, journal, writer, run, started):
        self._source, self._destination, self._base = source, destination, base
        self._base_manifest, self._journal, self._writer = base_manifest, journal, writer
        self._run, self._counts, self._progress = run, run.counts, run.progress
        self._with_xattrs = keeps_xattrs(source, destination, run.log)
        self._racy_since = int(started * 1e9) - CLOCK_STEP_NANOSECONDS
        self._linked = collections.defaultdict(list)
        self._directories = []
        self._copier = None

    def run(self):
        """Walks, copies, then sets the attributes of the directories. Throws what stopped it, or Stopped."""
        threads, stop = self._run.threads, self._run.stop
        self._copier = self._new_copier()
        try:
            run_tasks([_Directory('', 1.0)], self._handle, threads, stop)
            run_tasks(list(self._linked.values()), self._link_together, threads, stop)
        except BaseException as error:
            self._copier.abandon(error)
            raise
        self._copier.finish()
        run_tasks(self._directories, self._close_directory, threads, stop)

    def copy_anew(self, files):
        """
        Copies files once more, given as pairs of path and entry: damaged ones that were linked from the base. Throws
        CopyDamaged for what cannot be copied alone, hard links of each other and files that are gone by now.
        """
        copier = self._new_copier()
        for path, entry in files:
            directory, _, name = path.rpartition('/')
            now = self._source_of(Item(directory, entry, path))
            if now is None or now[LINKS] > 1:
                copier.abandon(Stopped())
                raise WorkerError('CopyDamaged', '{} is damaged in the older copies.'.format(path))
            os.unlink(self._destination + '/' + path)
            self._counts.add(files=-1, bytes=-entry[SIZE] if stat.S_ISREG(entry[MODE]) else 0)
            copier.add(NEW, [Item(directory, now, path)])
        copier.finish()
        touched = {path.rpartition('/')[0] for path, _ in files}
        for directory in self._directories:
            if directory[0] in touched:
                self._close_directory(directory)

    def _new_copier(self):
        rsync = Rsync(self._source, self._destination, self._with_xattrs, self._run.stop)
        ways = {
            NEW: rsync.way(), LINKED: rsync.way('--hard-links'),
            CHECK: rsync.way('--checksum', *(['--link-dest=' + self._base] if self._base else [])),
            SMALL: SmallFiles(self._source, self._destination, self._with_xattrs, self._run.stop).copy,
        }
        return Copier(ways, self._destination, self._run, self._judge, self._record)

    def _judge(self, item, copy, md5):
        """What became of a file that rsync was to copy from a source in which others work."""
        seen, now = item.entry, None
        if copy is None or not is_copy_of(copy, seen):
            now = self._source_of(item)
            if copy is None and now is not None:
                return None
            if copy is None or stat.S_ISDIR(copy.st_mode):
                if copy is not None:
                    os.rmdir(self._destination + '/' + item.path)
                self._counts.vanish(item.path)
                return False
            if now is not None and now[SIGNATURE] == seen[SIGNATURE]:
                # Another attempt must not find it: rsync changes the attributes of what is in its place.
                os.unlink(self._destination + '/' + item.path)
                return None
            # Someone is writing to it. What was copied is what there was; the next run looks at it again.
            self._counts.add(filesChangedDuringCopy=1)
            self._run.log.path('changed', item.path)
            entry = entry_of(seen[NAME], copy, md5)
            entry[CTIME], entry[INODE], entry[LINKS] = 0, seen[INODE], seen[LINKS]
            return entry
        # What was linked was not read: it is what the base has.
        return seen[:MD5] + [md5 or seen[MD5]]

    def _source_of(self, item):
        try:
            return entry_of(item.entry[NAME], os.lstat(self._source + '/' + item.path))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _record(self, directory, entries):
        """Notes in the manifest what is in the copy now."""
        for entry in entries:
            if entry[CTIME] >= self._racy_since:
                entry[CTIME] = 0
        self._writer.append(directory, entries)
        self._counts.add(
            files=len(entries), bytes=sum(entry[SIZE] for entry in entries if stat.S_ISREG(entry[MODE])),
        )

    def _handle(self, task):
        return self._read(task) if isinstance(task, _Directory) else self._take(task)

    def _read(self, task):
        path = task.path
        try:
            entries, own = _read_directory(self._source + '/' + path, self._run.stop)
        except OSError as error:
            # The root does not just vanish: an empty copy must not pass for a complete one.
            if path and error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
                self._counts.vanish(path)
            else:
                self._counts.fail(path or '.', str(error))
            self._progress.add(task.share)
            return []
        existing = self._make_directory(path, dict(entries))
        self._writer.append(path, [own])
        self._directories.append((path, own))
        self._counts.add(directories=1)
        previous = self._base_manifest.entries(path) if self._base_manifest else {}
        done = self._journal.entries(path) if existing else {}
        names = [name for name, _ in entries]
        parts = [names[start:start + PART_FILES] for start in range(0, len(names), PART_FILES)]
        if not parts:
            self._progress.add(task.share)
            return []
        share = task.share / len(parts)
        tasks = [_Part(path, part, previous, done, existing, share) for part in parts]
        return self._take(tasks[0]) + tasks[1:] if len(tasks) == 1 else tasks

    def _make_directory(self, path, is_directory):
        """
        Makes the directory in the copy. Returns the names in it that an interrupted run left; those that are not in the
        source, or are a directory only here or only there (`is_directory`, by name), are removed.
        """
        target = self._destination + '/' + path
        try:
            os.mkdir(target, 0o700)
            return frozenset()
        except FileExistsError:
            pass
        existing = set()
        with os.scandir(target) as found:
            for entry in found:
                self._run.stop.check()
                if is_directory.get(entry.name) == entry.is_dir(follow_symlinks=False):
                    existing.add(entry.name)
                elif entry.is_dir(follow_symlinks=False):
                    remove_tree(entry.path, self._run.threads, self._run.stop)
                else:
                    os.unlink(entry.path)
        return existing

    def _take(self, part):
        path = part.path
        from_prefix = self._base + '/' + (path + '/' if path else '') if self._base else None
        source_prefix = self._source + '/' + (path + '/' if path else '')
        to_prefix = self._destination + '/' + (path + '/' if path else '')
        previous, done, existing = part.previous, part.done, part.existing
        linked, kept, directories, to_copy = [], [], [], collections.defaultdict(list)
        for name in part.names:
            try:
                # Not the stat of scandir: that keeps Python's lock while the file system answers, and all threads wait.
                now = os.lstat(source_prefix + name)
            except FileNotFoundError:
                self._counts.vanish(join(path, name))
                continue
            except OSError as error:
                self._counts.fail(join(path, name), str(error))
                continue
            entry = entry_of(name, now)
            if stat.S_ISDIR(entry[MODE]):
                directories.append(name)
                continue
            if name in existing:
                before = done.get(name)
                if before and before[SIGNATURE] == entry[SIGNATURE] and entry[LINKS] == 1:
                    kept.append(before)
                    continue
                os.unlink(to_prefix + name)
            before = previous.get(name)
            if entry[LINKS] > 1:
                self._linked[entry[INODE]].append((path, entry, before))
            elif before and before[SIGNATURE] == entry[SIGNATURE]:
                try:
                    os.link(from_prefix + name, to_prefix + name)
                    linked.append(before)
                except OSError as error:
                    to_copy[NEW].append(self._unlinked(path, entry, error))
            else:
                kind = _kind_of(entry, before)
                if kind == CHECK:
                    entry[MD5] = before[MD5]
                to_copy[kind].append(Item(path, entry, join(path, name)))
        for kind, items in to_copy.items():
            self._copier.add(kind, items)
        if linked or kept:
            self._record(path, linked + kept)
            self._counts.add(filesLinked=len(linked), filesResumed=len(kept))
        share = part.share / (len(directories) + 1)
        self._progress.add(share)
        return [_Directory(join(path, name), share) for name in directories]

    def _unlinked(self, path, entry, error):
        """The item for a file that the base has, but that cannot be linked: EFS allows 177 links to a file."""
        if error.errno not in (errno.EMLINK, errno.ENOENT, errno.EPERM, errno.EOPNOTSUPP):
            raise error
        self._counts.add(filesNotLinkable=1)
        return Item(path, entry, join(path, entry[NAME]))

    def _link_together(self, members):
        """Hard links of one file: linked to the base's if no link came, went or changed; else copied, in one batch."""
        made = []
        if all(before and before[SIGNATURE] == entry[SIGNATURE] for _, entry, before in members):
            try:
                for path, entry, _ in members:
                    name = join(path, entry[NAME])
                    os.link(self._base + '/' + name, self._destination + '/' + name)
                    made.append(name)
            except OSError as error:
                for link in made:
                    os.unlink(self._destination + '/' + link)
                self._unlinked(members[0][0], members[0][1], error)
                made = []
        if made:
            for path, _, before in members:
                self._record(path, [before])
            self._counts.add(filesLinked=len(members))
        else:
            self._copier.add(LINKED, [Item(path, entry, join(path, entry[NAME])) for path, entry, _ in members])

    def _close_directory(self, directory):
        path, own = directory
        for problem in keep_attributes(self._source, self._destination, path, own, self._with_xattrs):
            self._counts.fail(path or '.', problem)


def _read_directory(path, stop):
    """The names in a directory, each with whether it is a directory, and its own entry. Never follows a link."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        with os.scandir(descriptor) as found:
            entries = []
            for entry in found:
                stop.check()
                entries.append((entry.name, entry.is_dir(follow_symlinks=False)))
        return entries, entry_of('.', os.fstat(descriptor))
    finally:
        os.close(descriptor)


def _kind_of(entry, before):
    """A file of the same size and time may have the same content; its attributes or its name may have changed only."""
    is_alike = before and before[LINKS] == 1 and before[SIZE] == entry[SIZE] and before[MTIME] == entry[MTIME]
    return CHECK if is_alike and stat.S_ISREG(entry[MODE]) and stat.S_ISREG(before[MODE]) else NEW


class _Directory:
    __slots__ = ('path', 'share')

    def __init__(self, path, share):
        self.path, self.share = path, share


class _Part:
    __slots__ = ('path', 'names', 'previous', 'done', 'existing', 'share')

    def __init__(self, path, names, previous, done, existing, share):
        self.path, self.names, self.previous = path, names, previous
        self.done, self.existing, self.share = done, existing, share
