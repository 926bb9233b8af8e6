"""
Files of more than one part: copied by several threads, and resumed at the first part that is missing.

While it is copied, a large file is `<inode>` in a directory of its own, with `<inode>.parts` beside it: a JSON line with
the entry of the source, then one `[part, digest]` a line. A part is noted when it is on the disk.
"""
import hashlib
import json
import os
import stat
import threading

import at
from copying import PART_BYTES, copy_content, digest_of_parts, finish_file, writing
from errors import Changed
from manifest import CTIME, INODE, LINKS, SIGNATURE, SIZE, entry_of, xattrs_digest


def is_large(entry):
    return stat.S_ISREG(entry[1]) and entry[SIZE] > PART_BYTES


class LargeFile:
    """One large file that is being copied from `name` in `source_at` to a file in the directory `area`."""

    def __init__(self, source_at, name, area, seen, with_xattrs, stop):
        self._area, self._seen, self._with_xattrs, self._stop = area, seen, with_xattrs, stop
        self._file_name, self._notes_name = str(seen[INODE]), '{}.parts'.format(seen[INODE])
        self._lock = threading.Lock()
        self._source = at.open_file(source_at, name)
        self._to = self._notes = None
        try:
            self._found = os.fstat(self._source)
            if not stat.S_ISREG(self._found.st_mode):
                raise Changed()
            self._size = self._found.st_size
            self._is_sparse = at.allocated(self._found) < self._size
            with writing():
                self._digests = self._noted()
                self._to = at.reopen_file(area, self._file_name)
                self._notes = at.append_file(area, self._notes_name)
                if not self._digests:
                    self._begin()
        except BaseException:
            self.close()
            raise
        self.resumed_parts = len(self._digests)
        self.parts = [part for part in range(-(-self._size // PART_BYTES)) if part not in self._digests]
        self._open_parts = len(self.parts)

    def _begin(self):
        os.ftruncate(self._to, 0)
        os.ftruncate(self._notes, 0)
        self._note(entry_of(self._seen[0], self._found)[SIGNATURE])

    def _noted(self):
        """The digests of the parts that an interrupted run copied, if the source is what it was then."""
        try:
            with os.fdopen(at.open_file(self._area, self._notes_name), 'rb') as file:
                lines = [json.loads(line) for line in file if line.endswith(b']\n')]
        except (OSError, ValueError):
            return {}
        if at.status_or_none(self._area, self._file_name) is None:
            return {}
        is_same = lines and lines[0] == entry_of(self._seen[0], self._found)[SIGNATURE]
        return dict(lines[1:]) if is_same else {}

    def _note(self, value):
        os.write(self._notes, (json.dumps(value) + '\n').encode('ascii'))

    def copy_part(self, part):
        """Copies one part. Returns whether it was the last one that was missing. Throws OSError, Unwritable, Stopped."""
        start, end = part * PART_BYTES, min(self._size, (part + 1) * PART_BYTES)
        digest = hashlib.sha256()
        copy_content(self._source, self._to, start, end, digest, self._is_sparse, self._stop)
        with writing():
            at.flush(self._to)
            with self._lock:
                self._note([part, digest.hexdigest()])
                self._digests[part] = digest.hexdigest()
                self._open_parts -= 1
                return self._open_parts == 0

    def finish(self, to_at, to_name):
        """Gives the whole file its attributes and its place. Returns its entry; ctime 0 if the source changed meanwhile."""
        xattrs = at.xattrs(self._source) if self._with_xattrs else {}
        digests = [self._digests[part] for part in sorted(self._digests)]
        more = {'parts': digests}
        with writing():
            os.ftruncate(self._to, self._size)
            at.set_mode(self._to, stat.S_IMODE(self._found.st_mode) & 0o777)
            finish_file(self._to, self._found, xattrs)
            if self._is_sparse:
                more['allocated'] = at.allocated(os.fstat(self._to))
            at.link(self._area, self._file_name, to_at, to_name)
            at.unlink(self._area, self._file_name)
            at.unlink(self._area, self._notes_name)
        if xattrs:
            more['xattrs'] = xattrs_digest(xattrs)
        entry = entry_of(self._seen[0], self._found, digest_of_parts(digests), more)
        now = entry_of(self._seen[0], os.fstat(self._source))
        if now[SIGNATURE] != entry[SIGNATURE] or entry[SIGNATURE] != self._seen[SIGNATURE]:
            entry[CTIME], entry[LINKS] = 0, self._seen[LINKS]
        return entry

    def close(self):
        at.close_all(self._source, self._to, self._notes)
        self._source = self._to = self._notes = None
