"""
The manifest of a copy: what was in it, with the source's own marks of change.

A text file. A line is a JSON array `[directory, [entry, …]]`; several lines may speak of one directory. An entry is
`[name, mode, uid, gid, size, mtimeNanoseconds, ctimeNanoseconds, inode, links, digest, more?]`; the directory's own is
named `.`. ctime, inode and links are the source's: as long as they are the same there, nothing about the file has
changed. A ctime of 0 says that the file changed while it was copied;
a mode of 0 that it was taken out of the copy. Names that are no UTF-8 carry Python's surrogate
escapes. The digest of a file's content is SHA-256; a copy of an earlier version has MD5, which is half as long.
`more` has what not every file has: see MORE_KEYS.
"""
import hashlib
import json
import os
import stat
import threading
from json.encoder import encode_basestring_ascii as quoted

from spilled import SpilledEntries

NAME, MODE, UID, GID, SIZE, MTIME, CTIME, INODE, LINKS, DIGEST, MORE = range(11)
# From MODE to LINKS: a file whose source has all of these unchanged is unchanged.
SIGNATURE = slice(MODE, DIGEST)
# to: where a link leads; device: a device's number; xattrs: digest of extended attributes and ACLs; parts: digests of a
# large file's parts; allocated: bytes on disk of a file with holes, in the copy; group: of a hard-linked file whose names
# are not all one file in the copy, which of them are.
MORE_KEYS = ('to', 'device', 'xattrs', 'parts', 'allocated', 'group')

MD5_DIGITS = 32
# Of a hard-linked file that changed while it was copied: in the copy it is a file of its own.
NO_GROUP = -1
# Of the lines of a directory: about 9,000 files.
LARGE_BYTES = 2 ** 20


def entry_of(name, found, digest=None, more=None):
    """The entry of a file that lstat describes as `found`."""
    entry = [
        name, found.st_mode, found.st_uid, found.st_gid, found.st_size, found.st_mtime_ns, found.st_ctime_ns,
        found.st_ino, found.st_nlink, digest,
    ]
    return entry + [more] if more else entry


def more_of(entry):
    return entry[MORE] if len(entry) > MORE else {}


def with_more(entry, **facts):
    """The entry with more facts of MORE_KEYS."""
    return [*entry[:MORE], {**more_of(entry), **facts}]


def is_copy_of(entry, copy):
    """Whether what lstat says of a copy is what the entry says: type, mode, owner, time and, of files, size."""
    return (
        copy.st_mode == entry[MODE] and copy.st_uid == entry[UID] and copy.st_gid == entry[GID]
        and copy.st_mtime_ns == entry[MTIME]
        and (copy.st_size == entry[SIZE] or not (stat.S_ISREG(entry[MODE]) or stat.S_ISLNK(entry[MODE])))
    )


def linked_file(entry):
    """What names a file of several names within a copy: the same for all of them. None for a file of its own."""
    if entry[LINKS] == 1 or stat.S_ISDIR(entry[MODE]):
        return None
    group = more_of(entry).get('group', 0)
    return None if group == NO_GROUP else 'inode-{}-{}'.format(entry[INODE], group)


def file_bytes(entry):
    return entry[SIZE] if stat.S_ISREG(entry[MODE]) else 0


def xattrs_digest(xattrs):
    """A digest of extended attributes, or None if there are none."""
    if not xattrs:
        return None
    text = json.dumps(sorted((name, value.hex()) for name, value in xattrs.items()))
    return hashlib.sha256(text.encode('ascii', 'backslashreplace')).hexdigest()


def join(directory, name):
    """A path from the copy's root, of an entry of `directory`."""
    if name == '.':
        return directory
    return directory + '/' + name if directory else name


def split(path):
    """The directory and the name of a path."""
    directory, _, name = path.rpartition('/')
    return directory, name


def line_of(directory, entries):
    # As JSON's encoder would write it, which takes longer to begin than a small directory takes in all.
    texts = []
    for name, mode, user, group, size, time_ns, ctime_ns, inode, links, digest, *more in entries:
        more = ',' + json.dumps(more[0], separators=(',', ':')) if more else ''
        digest = '"' + digest + '"' if digest else 'null'
        texts.append(
            f'[{quoted(name)},{mode},{user},{group},{size},{time_ns},{ctime_ns},{inode},{links},{digest}{more}]')
    return f'[{quoted(directory)},[{",".join(texts)}]]\n'.encode('ascii')


def is_whole(line):
    """Whether a line was not cut off by a kill."""
    return line.endswith(b']\n') and line.startswith(b'["')


def entries_in(lines, found):
    """Adds the entries in lines of one directory to `found`, by name, and returns it. Throws ValueError."""
    for line in lines:
        # Of text, as for bytes it would look for another encoding first.
        entries = json.loads(line.decode('ascii'))[1]
        entries = {entry[NAME]: entry for entry in entries}
        if '' in entries or '..' in entries or '/' in ''.join(entries):
            raise ValueError('the manifest has an impossible name')
        found.update(entries)
        for name in [name for name, entry in entries.items() if not entry[MODE]]:
            found.pop(name)
    return found


class ManifestWriter:
    """
    Appends to a manifest that is open as `descriptor`; several threads may. What it has appended survives a kill of the
    process.
    """

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._lock, self._file_lock = threading.Lock(), threading.Lock()
        self._lines = []
        self._sha256 = hashlib.sha256()

    def append(self, directory, entries):
        self.append_lines(line_of(directory, entries))

    def append_lines(self, lines):
        """Lines as line_of makes them, in one text."""
        with self._lock:
            self._lines.append(lines)
        # A thread that waited here finds its line written, or writes all lines that came meanwhile in one call.
        with self._file_lock:
            with self._lock:
                lines, self._lines = b''.join(self._lines), []
            self._sha256.update(lines)
            while lines:
                lines = lines[os.write(self._descriptor, lines):]

    def close(self):
        """Flushes to the disk. Returns the SHA-256 of the file, in hexadecimal digits."""
        with self._file_lock:
            os.fsync(self._descriptor)
            os.close(self._descriptor)
            return self._sha256.hexdigest()


class Manifest:
    """A manifest that is open as `descriptor`, by its index: see index.py."""

    def __init__(self, descriptor, index):
        self._descriptor, self._index = descriptor, index

    def has(self, directory):
        return self._index.has(directory)

    def children(self, directory):
        """The names of the directories in a directory."""
        return self._index.children(directory)

    def directories(self):
        """All directories, each after the one that it is in."""
        return self._index.directories()

    def below(self, directory):
        """A directory and all below it, each after the one that it is in."""
        return self._index.directories(directory)

    def entries(self, directory):
        """
        The entries of a directory by name; a later line overrides an earlier one. What is large is not in memory. Throws
        ValueError for a line that is not what was written.
        """
        return self.entries_and_lines(directory)[0]

    def entries_and_lines(self, directory):
        """The same with the lines that have them, or None for those of what is not in memory."""
        places = self._index.lines(directory)
        if sum(length for _, length, _ in places) > LARGE_BYTES:
            return entries_in((self._line(directory, *place) for place in places), SpilledEntries()), None
        lines = [self._line(directory, *place) for place in places]
        return entries_in(lines, {}), lines

    def _line(self, directory, offset, length, sha256):
        line = _read(self._descriptor, offset, length)
        if sha256 and hashlib.sha256(line).hexdigest()[:len(sha256)] != sha256:
            raise ValueError('the lines of {!r} are not what was written'.format(directory))
        return line

    def close(self):
        os.close(self._descriptor)
        self._index.close()


class Journal:
    """The manifests of the interrupted runs of one copy, oldest first."""

    def __init__(self, manifests):
        self._manifests = manifests

    def entries(self, directory):
        found = {}
        for manifest in self._manifests:
            newer = manifest.entries(directory)
            if isinstance(newer, SpilledEntries) and isinstance(found, dict):
                older, found = found, SpilledEntries()
                found.update(older)
            found.update(newer)
        return found

    def close(self):
        for manifest in self._manifests:
            manifest.close()


def _read(descriptor, offset, length):
    parts = []
    while length:
        part = os.pread(descriptor, length, offset)
        if not part:
            raise ValueError('the manifest is shorter than its index says')
        parts.append(part)
        offset, length = offset + len(part), length - len(part)
    return b''.join(parts)
