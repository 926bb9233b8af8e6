"""
Writing what is restored. A file is read once: it is copied, digested and compared with the manifest, and is at its place
only if it is what the manifest says.
"""
import errno
import stat
import threading

import at
from copying import copy_entry, copy_noted, keep_directory, keeps_xattrs, writing
from errors import Changed, Unwritable, WorkerError
from manifest import (
    DIGEST, INODE, LINKS, MODE, NAME, SIZE, file_bytes, is_copy_of, join, linked_file, more_of,
)
from pace import Pace
from plan import CREATE, DELETE, OVERWRITE
from tasks import run_tasks, settle
from trees import PRIVATE
from walkers import walk_in_processes

# A name at which others put something again and again is left to them.
MOST_ATTEMPTS = 5
INODE_LOCKS = 64


class _Node:
    __slots__ = ('parent', 'path', 'copy', 'target', 'safety', 'entry', 'entries', 'open', 'is_new', 'replaced')

    def __init__(self, parent, path, is_new):
        self.parent, self.path, self.is_new = parent, path, is_new
        self.copy = self.target = self.safety = self.entry = self.entries = self.replaced = None
        self.open = 1


class Restoring:
    """
    Restores a selection to the open directory `target`. `staging` is an open directory that only root can enter, on the
    same file system. Throws WorkerError or Stopped; what failed is counted.
    """

    def __init__(self, selection, target, staging, number, run):
        self._selection, self._target, self._staging, self._number = selection, target, staging, max(1, number)
        self._threads, self.counts, self.progress, self.stop = run.threads, run.counts, run.progress, run.stop
        self._with_xattrs = keeps_xattrs(
            selection.data, target, run.log, 'The target has no extended attributes and ACLs; the copy may.')
        self._lock = threading.Lock()
        self._inode_locks = [threading.Lock() for _ in range(INODE_LOCKS)]
        self._pace, self._root = Pace(), None

    def run(self):
        run_tasks([self.begin('', True, 1.0)], lambda task: task[0](*task[1:]), self._threads, self.stop)

    def begin(self, path, is_new, share):
        """The task that restores a directory with all that is below it."""
        return self._enter, None, path, is_new

    def close_root(self):
        """Gives the root its attributes, once the worker has nothing of its own in it any more."""
        try:
            root = self._root or self._opened_root()
            self._close(root)
            self._release(root)
        except (OSError, Unwritable) as error:
            self.counts.fail('.', str(error))

    def _opened_root(self):
        """Anew, as another process worked on it."""
        node = _Node(None, '', True)
        self._open(node, '')
        node.entry = self._selection.entries('')['.']
        return node

    def _enter(self, parent, name, is_new):
        path = join(parent.path, name) if parent else name
        node = _Node(parent, path, is_new)
        try:
            self._open(node, name)
        except OSError as error:
            self.counts.fail(path or '.', str(error))
            return self._settle(node, is_closed=False)
        except Unwritable as error:
            self._fail_to_write(path or '.', error)
            return self._settle(node, is_closed=False)
        entries, children = self._selection.entries(path), self._selection.children(path)
        node.entry = entries.pop('.', None)
        if node.entry is None:
            raise WorkerError('CopyDamaged', 'The manifest does not have {}.'.format(path or '.'))
        files, tasks = self._prepare(node, entries, children)
        node.entries = entries
        tasks += [(self._copy_files, node, chunk) for chunk in self._pace.chunks(files)]
        node.open += len(tasks)
        self._settle(node)
        return tasks

    def _open(self, node, name):
        if node.parent is None:
            node.copy = at.open_down(self._selection.data, node.path)
            with writing():
                node.target = at.open_down(self._target, node.path)
            return
        node.copy = at.open_directory(node.parent.copy, name)
        with writing():
            node.target = at.open_directory(node.parent.target, name)

    def _settle(self, node, is_closed=True):
        """One task in a directory is done; after the last one it gets its attributes, and so on upwards."""
        def close(done):
            gets_attributes = is_closed or done is not node
            if gets_attributes and not done.path:
                self._root = done
                return
            if gets_attributes:
                self._close(done)
            self._release(done)

        settle(node, self._lock, close)

    def _release(self, node):
        at.close_all(node.copy, node.target, node.safety)

    def _close(self, node):
        if self._selection.is_one_file and not node.path and not self._is_root_new():
            return
        try:
            xattrs = at.xattrs(node.copy) if self._with_xattrs else {}
            keep_directory(node.target, node.entry, xattrs, self._with_xattrs, self._mode_of(node))
        except OSError as error:
            self.counts.fail(node.path or '.', str(error))

    def _copy_files(self, node, names):
        files = size = small = small_size = 0

        def handle(some):
            nonlocal files, size, small, small_size
            for name in some:
                entry = node.entries[name]
                if self._is_placed_at_once(node, entry):
                    small, small_size = small + 1, small_size + entry[SIZE]
                elif self._is_restored(node, entry):
                    files, size = files + 1, size + file_bytes(entry)

        rest = self._pace.work_through(names, self.stop.check, handle)
        self.counts.add(
            files=files + small, bytes=size + small_size, filesTransferred=small, bytesTransferred=small_size)
        self.progress.add((len(names) - len(rest)) / self._number)
        tasks = [(self._copy_files, node, chunk) for chunk in self._pace.chunks(rest)]
        with self._lock:
            node.open += len(tasks)
        self._settle(node)
        return tasks

    def _is_restored(self, node, entry):
        """Whether a file could be restored; counts it as failed if not."""
        path = join(node.path, entry[NAME])
        try:
            return self._restore_file(node, entry)
        except Changed:
            self.counts.fail(path, 'the copy has something else there than its manifest says')
        except Unwritable as error:
            self._fail_to_write(path, error)
        except OSError as error:
            self.counts.fail(path, str(error))
        return False

    def _fail_to_write(self, path, unwritable):
        if unwritable.error.errno in at.NO_SPACE:
            raise WorkerError(
                'OutOfSpace', 'No space, or no inode, is left on the target for {}: {}'.format(path, unwritable.error))
        self.counts.fail(path, str(unwritable.error))

    def _copied(self, node, entry, to, name):
        """Copies a file to a new entry and compares it with the manifest. Returns whether it is as it says."""
        if self._is_copied_at_once(node, entry, to, name):
            self.counts.add(filesTransferred=1, bytesTransferred=entry[SIZE])
            return True
        found = at.status(node.copy, entry[NAME])
        problem = None if is_copy_of(entry, found) else 'the copy has another size, time, mode or owner than its manifest says'
        if problem is None:
            copied = copy_entry(
                node.copy, entry[NAME], to, name, entry, self._with_xattrs, self.stop, entry[DIGEST])
            problem = _problem(copied, entry)
            if problem is None:
                if stat.S_ISREG(entry[MODE]):
                    self.counts.add(filesTransferred=1, bytesTransferred=copied[SIZE])
                return True
            at.unlink(to, name)
        self.counts.fail(join(node.path, entry[NAME]), problem)
        return False

    def _is_copied_at_once(self, node, entry, to, name):
        """Whether a small file was copied as it should be; if not, why is found out by another try."""
        try:
            return copy_noted(node.copy, entry[NAME], to, name, entry, self._with_xattrs)
        except OSError:
            return False

    def _inode_lock(self, entry):
        return self._inode_locks[entry[INODE] % INODE_LOCKS]


class NewDirectory(Restoring):
    """
    Into a directory that no other user can enter before it is complete: every file is written where it belongs, by several
    processes. The first name of a file with several gets another one in `staging`, to which the others are linked: there
    each process sees what the others have done.
    """

    def run(self):
        if not walk_in_processes(self, self._share, self._threads):
            super().run()

    def _share(self, news, stop):
        """The part of another process in the walk: it counts and reports to the first one."""
        self.counts = self.progress = news
        self.stop = stop
        return self

    def hand_over(self, task):
        """What another process needs to do a task in the place of this one; None if it is no directory of its own."""
        if task[0] != self._enter:
            return None
        _, parent, name, is_new = task
        self._settle(parent)
        return join(parent.path, name) if parent else name, is_new, 0.0

    def _is_root_new(self):
        return True

    def _mode_of(self, node):
        return PRIVATE

    def _is_placed_at_once(self, node, entry):
        return entry[LINKS] == 1 and self._is_copied_at_once(node, entry, node.target, entry[NAME])

    def _prepare(self, node, entries, children):
        tasks = []
        for child in children:
            try:
                with writing():
                    at.make_directory(node.target, child)
                tasks.append((self._enter, node, child, True))
            except Unwritable as error:
                self._fail_to_write(join(node.path, child), error)
        return list(entries), tasks

    def _restore_file(self, node, entry):
        group = linked_file(entry)
        if group is None:
            return self._copied(node, entry, node.target, entry[NAME])
        with self._inode_lock(entry):
            for _ in range(MOST_ATTEMPTS):
                try:
                    at.link(self._staging, group, node.target, entry[NAME])
                    return True
                except OSError as error:
                    if error.errno == errno.EMLINK:
                        # As many links as the file system takes: one file anew, for the names that are left.
                        at.remove_if_there(at.unlink, self._staging, group)
                        self.counts.add(filesNotLinkable=1)
                    elif error.errno != errno.ENOENT:
                        raise Unwritable(error) from error
                if not self._copied(node, entry, node.target, entry[NAME]):
                    return False
                try:
                    at.link(node.target, entry[NAME], self._staging, group)
                    return True
                except FileExistsError:
                    # Another process was first. Its file is the one.
                    at.unlink(node.target, entry[NAME])
                    self.counts.add(filesTransferred=-1, bytesTransferred=-entry[SIZE])
                except OSError as error:
                    raise Unwritable(error) from error
            raise OSError(errno.EMLINK, 'its other names have too many links again and again')


class InPlace(Restoring):
    """
    Among files that others use. What is at a name at the moment it is replaced is moved into the safety copy, and the
    new entry is linked into its place, which fails if something is there again; for that moment the name is empty. A
    name that the plan expected to be free and that is not is kept, and counts as failed.
    """

    def __init__(self, selection, target, staging, safety, plan, run):
        super().__init__(selection, target, staging, plan.number_of_files(), run)
        self._safety, self._plan = safety, plan
        self._groups, self._serial = set(), 0

    def _mode_of(self, node):
        # What it has is not known.
        return None

    def _is_placed_at_once(self, node, entry):
        return False

    def _is_root_new(self):
        return self._plan.inode_of('') is None

    def _open(self, node, name):
        super()._open(node, name)
        if not node.is_new or node.parent is None:
            expected = self._plan.inode_of(node.path)
            if expected is not None and expected != at.identity(node.target)[1]:
                raise OSError(errno.ESTALE, 'another directory was put in its place since the preview')

    def _prepare(self, node, entries, children):
        actions = {action.name: action for action in self._plan.actions(node.path)}
        node.replaced = self._plan.replaced_in(node.path)
        tasks = []
        if '.' in actions and actions['.'].action == OVERWRITE:
            self._keep_attributes(node)
        for name, action in actions.items():
            if action.action == DELETE:
                self._try_to(node, name, lambda each=name: self._keep(node, each))
        for child in children:
            action = actions.get(child)
            if action is None:
                tasks.append((self._enter, node, child, False))
            elif action.action == CREATE and self._try_to(node, child, lambda each=child: self._make(node, each)):
                tasks.append((self._enter, node, child, True))
        files = [name for name, action in actions.items() if action.is_file and name in entries]
        return files, tasks

    def _try_to(self, node, name, step):
        """Whether a step succeeded; counts the path as failed if not."""
        try:
            return step()
        except Unwritable as error:
            self._fail_to_write(join(node.path, name), error)
        except OSError as error:
            self.counts.fail(join(node.path, name), str(error))
        return False

    def _make(self, node, name):
        """Makes a directory where the target has none; what is there instead goes into the safety copy."""
        is_expected = name in node.replaced
        for _ in range(MOST_ATTEMPTS):
            if is_expected:
                self._keep(node, name)
            try:
                with writing():
                    at.make_directory(node.target, name)
                return True
            except Unwritable as error:
                if error.error.errno != errno.EEXIST:
                    raise
                if not is_expected:
                    break
        self.counts.fail(join(node.path, name), 'something has been put there since the preview: it is kept')
        return False

    def _restore_file(self, node, entry):
        group = linked_file(entry)
        if group is None:
            return self._put(node, entry, self._new_name(), is_last=True)
        with self._inode_lock(entry):
            return self._put(node, entry, group, is_last=False)

    def _put(self, node, entry, staged, is_last):
        if staged not in self._groups:
            if not self._copied(node, entry, self._staging, staged):
                return False
            if not is_last:
                self._groups.add(staged)
        try:
            return self._link_into_place(node, entry, staged)
        finally:
            if is_last:
                at.unlink(self._staging, staged)

    def _link_into_place(self, node, entry, staged):
        name = entry[NAME]
        is_expected = name in node.replaced
        for _ in range(MOST_ATTEMPTS):
            if is_expected:
                self._keep(node, name)
            try:
                at.link(self._staging, staged, node.target, name)
                return True
            except FileExistsError:
                if not is_expected:
                    break
            except OSError as error:
                raise Unwritable(error) from error
        self.counts.fail(join(node.path, name), 'something has been put there since the preview: it is kept')
        return False

    def _new_name(self):
        with self._lock:
            self._serial += 1
            return 'file-{}'.format(self._serial)

    # --- the safety copy ---

    def _keep(self, node, name):
        """Moves what is at a name, if anything is, into the safety copy."""
        with writing():
            safety = self._safety_of(node)
            for number in range(1, 1000):
                kept = name if number == 1 else '{}~{}'.format(name, number)
                if at.status_or_none(safety, kept) is None:
                    try:
                        at.rename(node.target, name, safety, kept)
                    except FileNotFoundError:
                        pass
                    return True
        raise OSError(errno.EEXIST, 'the safety copy has it a thousand times')

    def _safety_of(self, node):
        """The directory of the safety copy for one of the target: made with those above it when it is needed first."""
        with self._lock:
            missing = []
            while node.safety is None and node.parent is not None:
                missing.append(node)
                node = node.parent
            if node.safety is None:
                node.safety = at.open_down(self._safety, '')
            for each in reversed(missing):
                each.safety = at.ensure_directory(node.safety, each.path.rpartition('/')[2])
                node = each
            return node.safety

    def _keep_attributes(self, node):
        """Notes a directory's owner, mode, time and extended attributes in the safety copy; set when it is closed."""
        found = at.described(node.target)
        xattrs = at.xattrs(node.target) if self._with_xattrs else {}
        self._safety_of(node)
        node.is_new = found, xattrs

    def _close(self, node):
        if isinstance(node.is_new, tuple):
            found, xattrs = node.is_new
            try:
                keep_directory(
                    node.safety, [None, found.st_mode, found.st_uid, found.st_gid, 0, found.st_mtime_ns], xattrs,
                    self._with_xattrs)
            except OSError as error:
                self.counts.fail(node.path or '.', str(error))
        super()._close(node)


def _problem(copied, entry):
    """What of a file that was copied from a copy is not as the manifest says, or None."""
    if stat.S_ISREG(entry[MODE]):
        if entry[DIGEST] and copied[DIGEST] != entry[DIGEST]:
            return 'the copy has another content than its manifest says'
        if copied[SIZE] != entry[SIZE]:
            return 'the copy changed while it was read'
        return None
    for key in ('to', 'device'):
        if key in more_of(entry) and more_of(copied).get(key) != more_of(entry)[key]:
            return 'the copy has another {} than its manifest says'.format('link' if key == 'to' else key)
    return None
