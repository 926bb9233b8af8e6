"""
What a restore in place would create, overwrite and delete, and a digest that holds as long as nothing changes. It is in a
temporary database on the instance's disk, not in memory: as many paths as there are may be in it.
"""
import hashlib
import json
import os
import stat
import threading

import at
from catalogue import is_label
from copying import digest_file, has_content
from counts import shown
from exclusion import SAFETY_PREFIX, is_own
from manifest import (
    CTIME, DIGEST, GID, INODE, LINKS, MD5_DIGITS, MODE, MTIME, NAME, UID, entry_of, is_copy_of, join, linked_file, more_of,
    xattrs_digest,
)
from scratch import scratch_database
from tasks import run_tasks, settle

SAMPLE_CHARACTERS, SAMPLE_PATHS = 3000, 100
# What is done at a path. KEEP: it is not touched though it would have to be, as something in it is never moved. TIME: of
# a directory only the time is another.
CREATE, OVERWRITE, DELETE, KEEP, TIME = 'create', 'overwrite', 'delete', 'keep', 'time'
TABLES = """
CREATE TABLE actions (
  directory BLOB, name BLOB, shown BLOB, action TEXT, is_act INTEGER, marks TEXT, entry TEXT, old TEXT,
  PRIMARY KEY (directory, name, shown)) WITHOUT ROWID;
CREATE TABLE directories (path BLOB PRIMARY KEY, inode INTEGER) WITHOUT ROWID;
CREATE TABLE linked (
  file TEXT, directory BLOB, name BLOB, target INTEGER, marks TEXT, entry TEXT, PRIMARY KEY (file, directory, name))
  WITHOUT ROWID;
"""


class Action:
    """What is to be done at a name of a directory. `is_file`: what the copy has there is no directory."""

    __slots__ = ('name', 'action', 'is_file')

    def __init__(self, name, action, is_file):
        self.name, self.action, self.is_file = name, action, is_file


class Plan:
    """
    Compares a selection of a copy with the directory `root` of the target, which is open, or None if there is none.
    `is_origin` says that the target is where the copy was taken from: there a file with the inode and ctime of the
    manifest is certainly unchanged. Any other file of the same size and time is read, because its content may differ
    all the same.
    """

    def __init__(self, selection, root, is_origin, delete_extra, run):
        self._selection, self._root, self._is_origin, self._run = selection, root, is_origin, run
        self._delete_extra = delete_extra and not selection.is_one_file
        self._with_xattrs = root is not None and at.has_xattrs(root) and at.has_xattrs(selection.data)
        self._lock, self._node_lock = threading.Lock(), threading.Lock()
        self._database = scratch_database(TABLES)
        self._database.execute('BEGIN')

    @staticmethod
    def safety_name(run_id):
        return SAFETY_PREFIX + run_id

    def make(self):
        """Walks the copy's directories and the target's. Throws Stopped, or OSError if the target cannot be read."""
        if self._root is None:
            self._act(CREATE, '', '.', './', None)
        run_tasks([(None, '', self._root)], lambda task: self._compare(*task), self._run.threads, self._run.stop)
        self._keep_links_together()

    # --- what comes of it ---

    def digest(self):
        """
        The same as long as the target, the copy and the request are the same. A file that is replaced or deleted counts
        by its inode, owner and mode: it may grow meanwhile, as it goes into the safety copy as it is then.
        """
        digest = hashlib.sha256(json.dumps([self._selection.root, self._delete_extra]).encode('ascii', 'backslashreplace'))
        query = 'SELECT shown, action, marks, entry FROM actions WHERE action != ? ORDER BY shown, action'
        with self._lock:
            # Row by row: as many paths as there are may be in it.
            for row in self._database.execute(query, (TIME,)):
                digest.update(b'\n'.join(part if isinstance(part, bytes) else str(part).encode() for part in row) + b'\0')
        return digest.hexdigest()

    def report(self):
        found = {'previewDigest': self.digest()}
        for kind in (CREATE, OVERWRITE, DELETE, KEEP):
            number = self._rows('SELECT count(*) FROM actions WHERE action = ?', kind)[0][0]
            paths = self._rows('SELECT shown FROM actions WHERE action = ? ORDER BY shown LIMIT ?', kind, SAMPLE_PATHS)
            if kind != KEEP or number:
                found[kind + 's'] = number
                found[kind + 'Sample'] = shown([os.fsdecode(path) for path, in paths], SAMPLE_CHARACTERS)
        found['directoryTimes'] = self._rows('SELECT count(*) FROM actions WHERE action = ?', TIME)[0][0]
        return found

    def write(self, log):
        with self._lock:
            rows = self._database.cursor().execute('SELECT shown, action, old FROM actions ORDER BY shown')
            for path, action, old in rows:
                log.path('plan', os.fsdecode(path), action, **({'old': json.loads(old)} if old else {}))

    def actions(self, directory):
        """What is to be done in a directory."""
        rows = self._rows(
            'SELECT name, action, entry IS NOT NULL FROM actions WHERE directory = ? AND is_act', os.fsencode(directory))
        return [Action(os.fsdecode(name), action, bool(is_file)) for name, action, is_file in rows]

    def replaced_in(self, directory):
        """The names of a directory at which something was that the restore replaces."""
        rows = self._rows(
            'SELECT name FROM actions WHERE directory = ? AND action = ?', os.fsencode(directory), OVERWRITE)
        return {os.fsdecode(name) for name, in rows}

    def inode_of(self, directory):
        """The inode of a directory of the target when it was compared, or None if there was none."""
        found = self._rows('SELECT inode FROM directories WHERE path = ?', os.fsencode(directory))
        return found[0][0] if found else None

    def number_of_files(self):
        return self._rows('SELECT count(*) FROM actions WHERE is_act AND entry IS NOT NULL')[0][0]

    def needs_safety_copy(self):
        return bool(self._rows('SELECT 1 FROM actions WHERE action IN (?, ?) LIMIT 1', OVERWRITE, DELETE))

    def kept(self):
        return [os.fsdecode(path) for path, in self._rows('SELECT shown FROM actions WHERE action = ?', KEEP)]

    def _rows(self, query, *values):
        with self._lock:
            return self._database.execute(query, values).fetchall()

    # --- comparing ---

    def _compare(self, parent, name, target):
        """One directory; `target` is that of the target: open for the root, True if there is one, else None."""
        path = join(parent.path, name) if parent else ''
        node = _Node(parent, path)
        node.copy = at.open_directory(parent.copy, name) if parent else at.open_down(self._selection.data, '')
        if target is not None:
            node.target = at.open_directory(parent.target, name) if parent else at.open_down(target, '')
        wanted = self._selection.entries(path)
        there = self._names(node) if node.target is not None else {}
        if there is None:
            self._act(KEEP, path, '.', (path or '.') + '/', None)
            self._settle(node)
            return []
        if node.target is not None:
            inode = at.identity(node.target)[1]
            self._write('INSERT INTO directories VALUES (?, ?)', os.fsencode(path), inode)
        for each, entry in wanted.items():
            if each == '.':
                if node.target is not None and not self._selection.is_one_file:
                    self._compare_directory(node, entry)
            elif each not in there:
                self._act(CREATE, path, each, join(path, each), None, entry)
            elif not self._is_unchanged(node, entry, there[each]):
                self._replace(node, each, there[each], OVERWRITE, entry)
            elif linked_file(entry):
                self._write(
                    'INSERT INTO linked VALUES (?, ?, ?, ?, ?, ?)', linked_file(entry), os.fsencode(path), os.fsencode(each),
                    there[each][INODE], _marks(there[each]), json.dumps(entry))
        children = self._selection.children(path)
        tasks = [self._child(node, child, there.get(child)) for child in children]
        if self._delete_extra:
            known = set(children)
            for each, found in there.items():
                if each not in wanted and each not in known:
                    self._replace(node, each, found, DELETE)
        tasks = [task for task in tasks if task]
        node.open += len(tasks)
        self._settle(node)
        return tasks

    def _child(self, node, name, found):
        is_directory = found is not None and stat.S_ISDIR(found[MODE])
        path = join(node.path, name)
        if not is_directory:
            self._act(CREATE, node.path, name, path + '/', None)
            if found is not None:
                self._act(OVERWRITE, node.path, name, path, found, is_act=False)
        return node, name, True if is_directory else None

    def _settle(self, node):
        settle(node, self._node_lock, lambda done: at.close_all(done.copy, done.target))

    def _names(self, node):
        """The entries of a directory of the target by name, without what is left out; None for the folder of a label."""
        found = at.names(node.target, self._run.stop.check)
        if ('.lock', False) in found and ('copies', True) in found and is_label(node.target):
            return None
        there = {}
        for name, _ in found:
            self._run.stop.check()
            status = None if self._selection.excludes(node.path, name) else at.status_or_none(node.target, name)
            if status is not None:
                there[name] = entry_of(name, status)
        return there

    def _compare_directory(self, node, entry):
        found = entry_of('.', at.described(node.target))
        old = {'mode': '{:o}'.format(found[MODE] & 0o7777), 'owner': found[UID], 'group': found[GID], 'mtimeNs': found[MTIME]}
        xattrs = at.xattrs(node.target) if self._with_xattrs else {}
        if xattrs:
            old['xattrs'] = {name: value.hex() for name, value in xattrs.items()}
        wanted = at.xattrs(node.copy) if self._with_xattrs else {}
        marks = json.dumps([found[MODE], found[UID], found[GID], found[INODE], xattrs_digest(xattrs)])
        if found[MODE:GID + 1] != entry[MODE:GID + 1] or xattrs != wanted:
            self._insert(node.path, '.', (node.path or '.') + '/', OVERWRITE, True, marks, None, json.dumps(old))
        elif found[MTIME] != entry[MTIME]:
            self._insert(node.path, '.', (node.path or '.') + '/', TIME, False, '', None, json.dumps(old))

    def _is_unchanged(self, node, entry, found):
        name = entry[NAME]
        if self._is_origin and found[INODE] == entry[INODE] and found[CTIME] == entry[CTIME]:
            return True
        try:
            status = at.status(node.target, name)
            if not is_copy_of(entry, status):
                return False
            more = more_of(entry)
            if stat.S_ISLNK(entry[MODE]):
                return at.read_link(node.target, name) == (more['to'] if 'to' in more else at.read_link(node.copy, name))
            if not stat.S_ISREG(entry[MODE]):
                return status.st_rdev == more.get('device', status.st_rdev)
            return self._has_same_content(node, name, entry) and self._has_same_xattrs(node, name, entry)
        except OSError as error:
            if error.errno in at.GONE:
                return False
            raise

    def _has_same_content(self, node, name, entry):
        if entry[DIGEST]:
            return has_content(node.target, name, entry, self._run.stop)
        digests = []
        for directory in (node.target, node.copy):
            descriptor = at.open_file(directory, name)
            try:
                digests.append(digest_file(descriptor, at.described(descriptor).st_size, None, self._run.stop))
            finally:
                at.close(descriptor)
        return digests[0] == digests[1]

    def _has_same_xattrs(self, node, name, entry):
        if not self._with_xattrs:
            return True
        found = _xattrs(node.target, name)
        if entry[DIGEST] and len(entry[DIGEST]) != MD5_DIGITS:
            return xattrs_digest(found) == more_of(entry).get('xattrs')
        return found == _xattrs(node.copy, name)

    # --- noting ---

    def _replace(self, node, name, found, action, entry=None):
        """Overwrites or deletes what is at a name; of a directory, all that is in it."""
        path = join(node.path, name)
        if not stat.S_ISDIR(found[MODE]):
            self._act(action, node.path, name, path, found, entry)
            return
        below = self._below(node.target, name)
        if below is None:
            self._act(KEEP, node.path, name, path + '/', found)
            return
        self._act(action, node.path, name, path + '/', found, entry)
        for each, status in below:
            self._act(action, node.path, name, path + '/' + each, status, is_act=False)

    def _below(self, directory, name):
        """All that is below a directory, as paths and entries; None if anything in it is never moved."""
        found, waiting, is_movable = [], [''], True
        root = at.open_directory(directory, name)
        try:
            while waiting and is_movable:
                path = waiting.pop()
                descriptor = at.open_down(root, path)
                try:
                    names = at.names(descriptor, self._run.stop.check)
                    is_movable = not any(is_own(each) for each, _ in names) and not (
                        {('copies', True), ('.lock', False)} <= set(names) and is_label(descriptor))
                    for each, _ in names:
                        status = at.status_or_none(descriptor, each)
                        if status is not None:
                            found.append((join(path, each), entry_of(each, status)))
                            if stat.S_ISDIR(status.st_mode):
                                waiting.append(join(path, each))
                finally:
                    at.close(descriptor)
        finally:
            at.close(root)
        return found if is_movable else None

    def _act(self, action, directory, name, path, found, entry=None, is_act=True):
        self._insert(
            directory, name, path, action, is_act and action != KEEP, _marks(found) if found else '',
            json.dumps(entry) if entry else None, None)

    def _insert(self, directory, name, path, action, is_act, marks, entry, old):
        self._write(
            'INSERT OR REPLACE INTO actions VALUES (?, ?, ?, ?, ?, ?, ?, ?)', os.fsencode(directory), os.fsencode(name),
            os.fsencode(path), action, is_act, marks, entry, old)

    def _write(self, query, *values):
        with self._lock:
            self._database.execute(query, values)

    def _keep_links_together(self):
        """Hard links of one file of which some are to be copied, or which the target does not have as links."""
        copied = set()
        if not self._rows('SELECT 1 FROM linked LIMIT 1'):
            return
        with self._lock:
            for entry, in self._database.execute('SELECT entry FROM actions WHERE is_act AND entry IS NOT NULL'):
                copied.add(linked_file(json.loads(entry)))
        split = {file for file, in self._rows('SELECT file FROM linked GROUP BY file HAVING count(DISTINCT target) > 1')}
        for file in copied - {None} | split:
            for directory, name, marks, entry in self._rows(
                    'SELECT directory, name, marks, entry FROM linked WHERE file = ?', file):
                path = join(os.fsdecode(directory), os.fsdecode(name))
                self._insert(os.fsdecode(directory), os.fsdecode(name), path, OVERWRITE, True, marks, entry, None)


class _Node:
    __slots__ = ('parent', 'path', 'copy', 'target', 'open')

    def __init__(self, parent, path):
        self.parent, self.path, self.copy, self.target, self.open = parent, path, None, None, 1


def _xattrs(directory, name):
    descriptor = at.open_file(directory, name)
    try:
        return at.xattrs(descriptor)
    finally:
        at.close(descriptor)


def _marks(found):
    """What of an entry of the target is in the digest. The inode's other names are not this restore's business."""
    if stat.S_ISREG(found[MODE]):
        return json.dumps([found[MODE], found[UID], found[GID], found[INODE]])
    return json.dumps(found[MODE:LINKS])
