"""
Where in a manifest the lines of a directory are.

A copy has its index beside the manifest, sorted, so that one directory is found by a few reads however large the copy
is. For a manifest without one (a copy of an earlier version, the journal of an interrupted run) it is made by reading
the whole, in a temporary database of SQLite, which grows on the instance's own disk and not in memory.

A line of the index is a JSON array `[directory, [[offset, length, SHA-256 of the line], …], [child, …]]`. In the order
of the file, `/` sorts before every other character, so that what is below a directory follows it.
"""
import bisect
import collections
import hashlib
import itertools
import json
import operator
import os
import threading
from json.decoder import scanstring

import at
from manifest import is_whole
from scratch import scratch_database

TABLES = """
CREATE TABLE lines (key BLOB, offset INTEGER, length INTEGER, sha256 TEXT, PRIMARY KEY (key, offset)) WITHOUT ROWID;
CREATE TABLE children (parent BLOB, name BLOB, PRIMARY KEY (parent, name)) WITHOUT ROWID;
"""
BLOCK_BYTES = 64 * 1024
SHA256_DIGITS = 16
MOST_BLOCKS = 32
BATCH_LINES = 5000
READ_BYTES = 2 ** 18
# Of a line, where nearly all paths are over.
NAME_BYTES = 1000


def key_of(directory):
    """By this, directories are sorted. A name has no null byte, and nothing sorts before one."""
    return os.fsencode(directory).replace(b'/', b'\0')


def _first_text_in(line):
    """The directory of which a line speaks, without reading all of it."""
    begin = line[:NAME_BYTES]
    try:
        return scanstring(begin.decode('ascii'), 2)[0]
    except ValueError:
        if len(begin) == len(line):
            raise
        return scanstring(line.decode('ascii'), 2)[0]


def _directory_of(key):
    return os.fsdecode(key.replace(b'\0', b'/'))


class ScannedIndex:
    """The index of a manifest that is open as `descriptor`, made by reading it. `sha256` is that of the whole file."""

    def __init__(self, descriptor, check=None):
        self._lock = threading.Lock()
        self._database = scratch_database(TABLES)
        sha256, offset, batch = hashlib.sha256(), 0, []
        with os.fdopen(os.dup(descriptor), 'rb', READ_BYTES) as file:
            file.seek(0)
            for line in file:
                sha256.update(line)
                if is_whole(line):
                    key = key_of(_first_text_in(line))
                    batch.append((key, offset, len(line), hashlib.sha256(line).hexdigest()[:SHA256_DIGITS]))
                    if len(batch) == BATCH_LINES:
                        self._add(batch)
                        batch = []
                        if check:
                            check()
                offset += len(line)
        self._add(batch)
        self.sha256 = sha256.hexdigest()

    def _add(self, batch):
        parents = {key.rpartition(b'\0')[::2] for key, *_ in batch if key}
        self._database.execute('BEGIN')
        self._database.executemany('INSERT INTO lines VALUES (?, ?, ?, ?)', batch)
        self._database.executemany('INSERT OR IGNORE INTO children VALUES (?, ?)', parents)
        self._database.execute('COMMIT')

    def _all(self, query, *values):
        with self._lock:
            return self._database.execute(query, values).fetchall()

    def has(self, directory):
        return bool(self._all('SELECT 1 FROM lines WHERE key = ? LIMIT 1', key_of(directory)))

    def lines(self, directory):
        return self._all('SELECT offset, length, sha256 FROM lines WHERE key = ? ORDER BY offset', key_of(directory))

    def children(self, directory):
        found = self._all('SELECT name FROM children WHERE parent = ? ORDER BY name', key_of(directory))
        # The root is its own parent to SQL.
        return [os.fsdecode(name) for name, in found if name]

    def directories(self, root=''):
        for key in self._keys(key_of(root)):
            yield _directory_of(key)

    def _keys(self, root):
        after, end = root, root + b'\1' if root else None
        if self._all('SELECT 1 FROM lines WHERE key = ? LIMIT 1', root):
            yield root
        below = root + b'\0' if root else b''
        while True:
            found = self._all(
                'SELECT DISTINCT key FROM lines WHERE key > ? AND (? IS NULL OR (key >= ? AND key < ?)) '
                'ORDER BY key LIMIT ?', after, end, below, end, BATCH_LINES)
            for key, in found:
                yield key
            if len(found) < BATCH_LINES:
                return
            after = found[-1][0]

    def write(self, file):
        """Writes it sorted, as a copy has it. Returns its SHA-256."""
        sha256, encode = hashlib.sha256(), json.JSONEncoder(separators=(',', ':')).encode
        with self._lock:
            # Both in one order, each read once.
            lines = self._database.execute('SELECT key, offset, length, sha256 FROM lines ORDER BY key, offset')
            children = self._database.execute('SELECT parent, name FROM children ORDER BY parent, name')
            child = children.fetchone()
            for key, group in itertools.groupby(lines, operator.itemgetter(0)):
                names = []
                while child and child[0] <= key:
                    if child[0] == key:
                        names.append(os.fsdecode(child[1]))
                    child = children.fetchone()
                text = encode([_directory_of(key), [line[1:] for line in group], names]) + '\n'
                sha256.update(text.encode('ascii'))
                file.write(text.encode('ascii'))
        return sha256.hexdigest()

    def sorted(self):
        """The same as a copy has it, in a temporary file: processes can share that."""
        with at.own_temporary_file() as file:
            self.write(file)
            file.flush()
            descriptor = os.dup(file.fileno())
        self.close()
        return SortedIndex(descriptor)

    def close(self):
        self._database.close()


class SortedIndex:
    """The index of a copy, open as `descriptor`: a directory is found by halving. Throws ValueError if it is damaged."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size
        self._blocks = collections.OrderedDict()
        self._lock = threading.Lock()
        self._last = None, None

    def has(self, directory):
        return self._find(directory) is not None

    def lines(self, directory):
        found = self._find(directory)
        return found[1] if found else []

    def children(self, directory):
        found = self._find(directory)
        return found[2] if found else []

    def directories(self, root=''):
        waiting = [root]
        while waiting:
            directory = waiting.pop()
            found = self._find(directory)
            if found is None:
                raise ValueError('the index has no {!r}'.format(directory))
            yield directory
            waiting.extend(directory + '/' + name if directory else name for name in reversed(found[2]))

    def sha256(self):
        """Of the whole file."""
        return at.sha256(self._descriptor)

    def _find(self, directory):
        """The line of a directory, or None."""
        # The same directory is mostly asked for several times, for its lines and its children.
        last = self._last
        if last[0] != directory:
            last = self._last = directory, self._found(directory)
        return last[1]

    def _found(self, directory):
        """The last block whose first line is not behind a directory has it, if any has."""
        key = key_of(directory)
        low, high = 0, -(-self._size // BLOCK_BYTES)
        while low < high:
            middle = (low + high) // 2
            lines = self._block(middle)
            # A block in which no line begins is in the middle of a long one.
            back = middle
            while not lines and back > low:
                back -= 1
                lines = self._block(back)
            if not lines:
                low = middle + 1
            elif lines[0][0] > key:
                high = back
            elif lines[-1][0] >= key:
                place = bisect.bisect_left(lines, (key,))
                return json.loads(lines[place][1].decode('ascii')) if lines[place][0] == key else None
            else:
                low = middle + 1
        return None

    def _block(self, number):
        """The lines that begin in a block, as pairs of key and line."""
        with self._lock:
            if number in self._blocks:
                self._blocks.move_to_end(number)
                return self._blocks[number]
        lines = self._read_block(number)
        with self._lock:
            self._blocks[number] = lines
            if len(self._blocks) > MOST_BLOCKS:
                self._blocks.popitem(last=False)
        return lines

    def _read_block(self, number):
        start, end = number * BLOCK_BYTES, (number + 1) * BLOCK_BYTES
        # A line begins in a block if the byte before it, the end of the line before, is not behind the block.
        text = os.pread(self._descriptor, BLOCK_BYTES + 1, max(0, start - 1))
        offset = max(0, start - 1) + len(text)
        if start > 0:
            first = text.find(b'\n')
            if first < 0 or start + first >= end:
                return []
            text = text[first + 1:]
        else:
            text = text[:BLOCK_BYTES]
            offset = len(text)
        if start > 0 and offset > end:
            text, offset = text[:len(text) - (offset - end)], end
        while not text.endswith(b'\n'):
            more = os.pread(self._descriptor, BLOCK_BYTES, offset)
            if not more:
                break
            cut = more.find(b'\n')
            text += more if cut < 0 else more[:cut + 1]
            offset += len(more)
        found = []
        for line in text.splitlines():
            if line:
                # The rest is read when it is asked for: that takes five times the memory.
                found.append((key_of(_first_text_in(line)), line))
        return found

    def close(self):
        os.close(self._descriptor)
