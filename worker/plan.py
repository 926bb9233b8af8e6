"""What a restore in place would create, overwrite and delete, and a digest that holds as long as nothing changes."""
import collections
import hashlib
import json
import os
import stat
import threading

from counts import shown
from directories import xattrs_of
from manifest import CTIME, INODE, LINKS, MD5, MODE, NAME, entry_of, is_copy_of, join
from tasks import run_tasks
from verify import md5_of

SAMPLE_CHARACTERS = 3000
SAFETY_PREFIX = '.replaced-by-'
CREATE, OVERWRITE, DELETE = 'create', 'overwrite', 'delete'


class Plan:
    """
    Compares a selection of a copy with the directory `root` of the target. `is_origin` says that the target is where
    the copy was taken from: there a file with the inode and ctime of the manifest is certainly unchanged. Any other
    file of the same size and time is read, because its content may differ all the same.
    """

    def __init__(self, selection, root, is_origin, delete_extra, run):
        self._selection, self._root, self._is_origin, self._run = selection, root, is_origin, run
        self._delete_extra = delete_extra and not selection.is_one_file
        self._lock = threading.Lock()
        self._known = set(selection.directories())
        self._actions = []
        self._files = []
        self._children = collections.defaultdict(list)
        self._unchanged_links = collections.defaultdict(list)
        self.new_directories = []
        # What goes into the safety copy: path, type, and whether it is deleted.
        self.replaced = []

    @staticmethod
    def safety_name(run_id):
        return SAFETY_PREFIX + run_id

    def make(self, exists):
        """
        Walks the copy's directories and the target's; `exists` says whether the target has the first. Throws Stopped,
        or OSError if the target cannot be read.
        """
        if not exists:
            self._act(CREATE, './', None)
        for path in self._selection.directories()[1:]:
            self._children[path.rpartition('/')[0]].append(path)
        run_tasks([('', exists)], self._compare, self._run.threads, self._run.stop)
        self._keep_links_together()
        self.new_directories.sort()
        self.replaced.sort()

    def files(self):
        """The files to copy, as directory and entry."""
        return self._files

    def digest(self):
        """The same as long as the target, the copy and the request are the same."""
        lines = sorted(json.dumps(action, separators=(',', ':')) for action in self._actions)
        return hashlib.sha256('\n'.join([self._selection.data, *lines]).encode('ascii', 'backslashreplace')).hexdigest()

    def report(self):
        found = {'previewDigest': self.digest()}
        for kind in (CREATE, OVERWRITE, DELETE):
            paths = sorted(path for action, path, *_ in self._actions if action == kind)
            found[kind + 's'] = len(paths)
            found[kind + 'Sample'] = shown(paths, SAMPLE_CHARACTERS)
        return found

    def write(self, log):
        for action, path, *_ in sorted(self._actions, key=lambda action: action[1]):
            log.path('plan', path, action)

    def _compare(self, task):
        """One directory; `exists` says whether the target has it."""
        directory, exists = task
        wanted = self._selection.entries(directory)
        there = self._names(directory) if exists else {}
        for name, entry in wanted.items():
            path = join(directory, name)
            if name == '.':
                if exists and not self._selection.is_one_file and not _is_same_directory(there['.'], entry):
                    self._act(OVERWRITE, (path or '.') + '/', there['.'])
            elif name not in there:
                self._create(directory, entry)
            elif not self._is_unchanged(path, entry, there[name]):
                self._overwrite(directory, entry, there[name])
            elif entry[LINKS] > 1:
                with self._lock:
                    self._unchanged_links[entry[INODE]].append((directory, entry, there[name]))
        children = []
        for path in self._children[directory]:
            found = there.get(path.rpartition('/')[2])
            is_directory = found is not None and stat.S_ISDIR(found[MODE])
            if not is_directory:
                if found is not None:
                    self._replace(path, found, OVERWRITE)
                self._act(CREATE, path + '/', None)
                with self._lock:
                    self.new_directories.append(path)
            children.append((path, is_directory))
        if self._delete_extra:
            for name, found in there.items():
                path = join(directory, name)
                if name != '.' and name not in wanted and path not in self._known:
                    self._replace(path, found, DELETE)
        return children

    def _names(self, directory):
        path = self._root + '/' + directory
        names = [name for name in os.listdir(path) if not name.startswith(SAFETY_PREFIX)]
        found = {'.': entry_of('.', os.lstat(path))}
        for name in names:
            try:
                self._run.stop.check()
                found[name] = entry_of(name, os.lstat(path + '/' + name))
            except FileNotFoundError:
                pass
        return found

    def _is_unchanged(self, path, entry, found):
        target, copy = self._root + '/' + path, self._selection.data + '/' + path
        if self._is_origin and found[INODE] == entry[INODE] and found[CTIME] == entry[CTIME]:
            return True
        if not is_copy_of(os.lstat(target), entry):
            return False
        if stat.S_ISLNK(entry[MODE]):
            return os.readlink(target) == os.readlink(copy)
        if stat.S_ISREG(entry[MODE]) and md5_of(target, self._run.stop) != (entry[MD5] or md5_of(copy, self._run.stop)):
            return False
        return xattrs_of(target) == xattrs_of(copy)

    def _create(self, directory, entry):
        self._act(CREATE, join(directory, entry[NAME]), None, entry)
        with self._lock:
            self._files.append((directory, entry))

    def _overwrite(self, directory, entry, found):
        self._replace(join(directory, entry[NAME]), found, OVERWRITE, entry)
        with self._lock:
            self._files.append((directory, entry))

    def _replace(self, path, found, action, entry=None):
        """Overwrites or deletes what is at `path`; of a directory, all that is in it."""
        is_directory = stat.S_ISDIR(found[MODE])
        self._act(action, path + '/' if is_directory else path, found, entry)
        with self._lock:
            # A directory gives way to a file, or is deleted: either way it leaves its place as a whole.
            self.replaced.append((path, found[MODE], action == DELETE or entry is None))
        if is_directory:
            for parent, directories, files in os.walk(self._root + '/' + path):
                below = parent[len(self._root) + 1:]
                self._run.stop.check()
                for name in directories + files:
                    self._act(action, join(below, name), entry_of(name, os.lstat(parent + '/' + name)))

    def _act(self, action, path, found, entry=None):
        with self._lock:
            # The inode's other names are not this restore's business, so its link count is not in the digest.
            marks = None if found is None else found[MODE:LINKS]
            self._actions.append((action, path, marks, entry))

    def _keep_links_together(self):
        """Hard links of one file of which some are to be copied, or which the target does not have as links."""
        copied = {entry[INODE] for _, entry in self._files if entry[LINKS] > 1}
        for inode, members in self._unchanged_links.items():
            if inode in copied or len({found[INODE] for _, _, found in members}) > 1:
                for directory, entry, found in members:
                    self._overwrite(directory, entry, found)


def _is_same_directory(found, entry):
    return found[MODE:MODE + 3] == entry[MODE:MODE + 3]
