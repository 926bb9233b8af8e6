"""
Copying one file into a new entry: read once, digested, written. Nothing that exists is ever written to or replaced.
"""
import contextlib
import hashlib
import os
import stat

import at
from errors import Changed, Unwritable
from manifest import (
    CTIME, DIGEST, GID, LINKS, MD5_DIGITS, MODE, MTIME, SIGNATURE, SIZE, UID, entry_of, xattrs_digest,
)

# EFS takes and gives at most so much in one call.
BLOCK_BYTES = 2 ** 20
# Holes are kept in pieces of this size.
HOLE_BYTES = 2 ** 16
# The digest of a file that is longer is that of the digests of its parts.
PART_BYTES = 2 ** 28
ZEROS = memoryview(bytes(BLOCK_BYTES))
SPECIAL_BITS = 0o7000
ACL = 'system.posix_acl_access'


def new_digest(like=None):
    """SHA-256; MD5 where `like`, the digest to compare with, is one, as in copies of earlier versions."""
    return hashlib.new('md5', usedforsecurity=False) if like and len(like) == MD5_DIGITS else hashlib.sha256()


class Digester:
    """The digest of a whole file, with those of its parts if it has several. MD5 knows no parts."""

    def __init__(self, like=None):
        self._like = like
        self._current, self._bytes = new_digest(like), 0
        self.parts = []

    def update(self, block):
        room = PART_BYTES - self._bytes
        if self._is_md5() or len(block) <= room:
            self._current.update(block)
            self._bytes += len(block)
        else:
            self._current.update(memoryview(block)[:room])
            self._end_part()
            self._current.update(memoryview(block)[room:])
            self._bytes = len(block) - room

    def hexdigest(self):
        if not self.parts:
            return self._current.hexdigest()
        if self._bytes:
            self._end_part()
        return digest_of_parts(self.parts)

    def _end_part(self):
        self.parts.append(self._current.hexdigest())
        self._current, self._bytes = new_digest(self._like), 0

    def _is_md5(self):
        return self._like is not None and len(self._like) == MD5_DIGITS


def digest_of_parts(parts):
    return hashlib.sha256(''.join(parts).encode('ascii')).hexdigest()


@contextlib.contextmanager
def writing():
    """Says of an OSError that it was the destination's."""
    try:
        yield
    except OSError as error:
        raise Unwritable(error) from error


def copy_content(source, to, start, end, digest, is_sparse, stop):
    """
    Copies the bytes from `start` to `end` of an open file to another, or with `to` None only digests them. Returns how
    many there were. Throws Stopped, OSError, Unwritable.
    """
    offset = start
    while offset < end:
        stop.check()
        if is_sparse:
            data = at.next_data(source, offset, end)
            while offset < data:
                length = min(BLOCK_BYTES, data - offset)
                digest.update(ZEROS[:length])
                offset += length
            if offset == end:
                break
        block = os.pread(source, min(BLOCK_BYTES, end - offset), offset)
        if not block:
            break
        digest.update(block)
        if to is not None:
            with writing():
                _write(to, block, offset, is_sparse)
        offset += len(block)
    return offset - start


def _write(to, block, offset, is_sparse):
    if not is_sparse:
        _write_all(to, block, offset)
        return
    view = memoryview(block)
    for start in range(0, len(view), HOLE_BYTES):
        piece = view[start:start + HOLE_BYTES]
        if piece != ZEROS[:len(piece)]:
            _write_all(to, piece, offset + start)


def _write_all(to, block, offset):
    view = memoryview(block)
    while view:
        written = os.pwrite(to, view, offset)
        view, offset = view[written:], offset + written


def copy_file(source_at, name, to_at, to_name, seen, with_xattrs, stop, like=None):
    """
    Copies a regular file that had the entry `seen` to a new entry, complete with its attributes. Returns the entry of
    what was copied; its ctime is 0 if the file changed meanwhile. On any trouble nothing is left behind. Throws Changed
    if it is no regular file by now, OSError of the source, Unwritable, Stopped.
    """
    source = at.open_file(source_at, name)
    try:
        found = os.fstat(source)
        if not stat.S_ISREG(found.st_mode):
            raise Changed()
        xattrs = at.xattrs(source) if with_xattrs else {}
        mode = stat.S_IMODE(found.st_mode)
        with writing():
            to = at.create_file(to_at, to_name, mode & ~SPECIAL_BITS)
        is_whole = False
        try:
            try:
                is_sparse = at.allocated(found) < found.st_size
                digester = Digester(like)
                length = copy_content(source, to, 0, found.st_size, digester, is_sparse, stop)
                more = {}
                with writing():
                    if is_sparse:
                        os.ftruncate(to, length)
                        more['allocated'] = at.allocated(os.fstat(to))
                    finish_file(to, found, xattrs)
                after = os.fstat(source)
            finally:
                with writing():
                    # NFS tells only now what could not be written.
                    at.close(to)
            is_whole = True
        finally:
            if not is_whole:
                at.remove_if_there(at.unlink, to_at, to_name)
    finally:
        at.close(source)
    digest = digester.hexdigest()
    if digester.parts:
        more['parts'] = digester.parts
    if xattrs:
        more['xattrs'] = xattrs_digest(xattrs)
    entry = entry_of(seen[0], found, digest, more)
    is_changed = length != found.st_size or entry[SIGNATURE] != seen[SIGNATURE] or not _is_as_before(found, after)
    if is_changed:
        entry[SIZE], entry[CTIME], entry[LINKS] = length, 0, seen[LINKS]
    return entry


def finish_file(to, found, xattrs):
    """Owner, extended attributes, mode and time of a new file that has its mode but for the special bits."""
    if found.st_uid or found.st_gid:
        at.set_owner(to, found.st_uid, found.st_gid)
    if xattrs:
        at.set_xattrs(to, xattrs)
    if found.st_mode & SPECIAL_BITS or ACL in xattrs:
        at.set_mode(to, stat.S_IMODE(found.st_mode))
    at.set_time(to, found.st_mtime_ns)


def _is_as_before(before, after):
    return (before.st_mtime_ns, before.st_ctime_ns, before.st_size) == (
        after.st_mtime_ns, after.st_ctime_ns, after.st_size)


def copy_node(source_at, name, to_at, to_name, seen):
    """
    The same for whatever is no regular file: into a directory that only root can enter. Throws Changed if it is
    something else by now.
    """
    found = at.status(source_at, name)
    if stat.S_IFMT(found.st_mode) != stat.S_IFMT(seen[MODE]):
        raise Changed()
    more = {}
    if stat.S_ISLNK(found.st_mode):
        try:
            target = at.read_link(source_at, name)
        except OSError as error:
            raise Changed() from error
        more['to'] = target
    elif stat.S_ISCHR(found.st_mode) or stat.S_ISBLK(found.st_mode):
        more['device'] = found.st_rdev
    with writing():
        if stat.S_ISLNK(found.st_mode):
            at.symlink(more['to'], to_at, to_name)
        else:
            at.make_node(to_at, to_name, found.st_mode, found.st_rdev)
        try:
            at.set_attributes_of_node(to_at, to_name, found)
        except BaseException:
            at.remove_if_there(at.unlink, to_at, to_name)
            raise
    entry = entry_of(seen[0], found, None, more)
    if entry[SIGNATURE] != seen[SIGNATURE]:
        entry[CTIME] = 0
    return entry


def copy_entry(source_at, name, to_at, to_name, seen, with_xattrs, stop, like=None):
    """Copies what is no directory."""
    if stat.S_ISREG(seen[MODE]):
        return copy_file(source_at, name, to_at, to_name, seen, with_xattrs, stop, like)
    return copy_node(source_at, name, to_at, to_name, seen)


def digest_file(descriptor, size, like, stop):
    """The digest of an open file's content, as the digest `like` was made. Throws Stopped, OSError."""
    digester = Digester(like)
    is_sparse = at.allocated(os.fstat(descriptor)) < size
    copy_content(descriptor, None, 0, size, digester, is_sparse, stop)
    return digester.hexdigest()


def has_content(directory, name, entry, stop):
    """Whether a regular file has the content of its entry. Throws OSError, Stopped."""
    descriptor = at.open_file(directory, name)
    try:
        size = os.fstat(descriptor).st_size
        return size == entry[SIZE] and digest_file(descriptor, size, entry[DIGEST], stop) == entry[DIGEST]
    finally:
        at.close(descriptor)


def keep_directory(descriptor, entry, xattrs, with_xattrs):
    """Gives a directory its attributes, when nothing is written into it any more. Throws OSError."""
    if with_xattrs:
        at.set_owner(descriptor, entry[UID], entry[GID])
        at.set_xattrs(descriptor, xattrs)
    at.set_attributes(descriptor, entry[UID], entry[GID], stat.S_IMODE(entry[MODE]), entry[MTIME])
