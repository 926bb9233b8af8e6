"""
The manifest of a copy: what was in it, with the source's own marks of change.

A text file. A line is a JSON array `[directory, [entry, …]]`; several lines may speak of one directory. An entry is
`[name, mode, uid, gid, size, mtimeNanoseconds, ctimeNanoseconds, inode, links, md5]`; the directory's own is named `.`.
ctime, inode and links are the source's: as long as they are the same there, nothing about the file has changed. A ctime
of 0 says that the file changed while it was being copied. Names that are no UTF-8 carry Python's surrogate escapes.
"""
import hashlib
import json
import os
import stat
import threading
from json.decoder import scanstring

NAME, MODE, UID, GID, SIZE, MTIME, CTIME, INODE, LINKS, MD5 = range(10)
# From MODE to LINKS: a file whose source has all of these unchanged is unchanged.
SIGNATURE = slice(MODE, MD5)

# Linux's longest path, every byte of it written as an escape of six characters.
LONGEST_LINE_START = 6 * 4096 + 10


def entry_of(name, found, md5=None):
    """The entry of a file that os.lstat describes as `found`."""
    return [
        name, found.st_mode, found.st_uid, found.st_gid, found.st_size, found.st_mtime_ns, found.st_ctime_ns,
        found.st_ino, found.st_nlink, md5,
    ]


def is_copy_of(copy, entry):
    """Whether what os.lstat says of a copy is what the entry says: type, mode, owner, time and, of files, size."""
    return (
        copy.st_mode == entry[MODE] and copy.st_uid == entry[UID] and copy.st_gid == entry[GID]
        and copy.st_mtime_ns == entry[MTIME]
        and (copy.st_size == entry[SIZE] or not (stat.S_ISREG(entry[MODE]) or stat.S_ISLNK(entry[MODE])))
    )


def join(directory, name):
    """A path from the copy's root, of an entry of `directory`."""
    if name == '.':
        return directory
    return directory + '/' + name if directory else name


class ManifestWriter:
    """Appends to a manifest; several threads may. What it has appended survives a kill of the process."""

    def __init__(self, path):
        self.path = path
        self._file = open(path, 'wb', buffering=0)
        self._lock, self._file_lock = threading.Lock(), threading.Lock()
        self._lines = []
        self._sha256 = hashlib.sha256()

    def append(self, directory, entries):
        line = (json.dumps([directory, entries], separators=(',', ':')) + '\n').encode('ascii')
        with self._lock:
            self._lines.append(line)
        # Who waits here while another writes finds its line written, or writes all that came meanwhile in one call.
        with self._file_lock:
            with self._lock:
                lines, self._lines = b''.join(self._lines), []
            self._sha256.update(lines)
            while lines:
                lines = lines[self._file.write(lines):]

    def close(self):
        """Flushes to the disk. Returns the SHA-256 of the file, in hexadecimal digits."""
        with self._file_lock:
            os.fsync(self._file.fileno())
            self._file.close()
            return self._sha256.hexdigest()


class Manifest:
    """A manifest on disk, of which only the places of its directories are held in memory."""

    def __init__(self, path):
        self._file = open(path, 'rb')
        self._lines = {}
        sha256 = hashlib.sha256()
        offset = 0
        for line in self._file:
            sha256.update(line)
            # A line that was cut off by a kill says nothing.
            if line.endswith(b']\n') and line.startswith(b'["'):
                directory, _ = scanstring(line[:LONGEST_LINE_START].decode('ascii'), 2)
                self._lines.setdefault(directory, []).append((offset, len(line)))
            offset += len(line)
        self.sha256 = sha256.hexdigest()

    def directories(self):
        return self._lines.keys()

    def entries(self, directory):
        """The entries of a directory by name; a later line overrides an earlier one."""
        found = {}
        for offset, length in self._lines.get(directory, ()):
            for entry in json.loads(os.pread(self._file.fileno(), length, offset))[1]:
                found[entry[NAME]] = entry
        return found

    def close(self):
        self._file.close()
