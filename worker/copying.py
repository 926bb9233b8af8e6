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
    CTIME, DIGEST, GID, LINKS, MD5_DIGITS, MODE, MTIME, SIGNATURE, SIZE, UID, entry_of, is_copy_of, xattrs_digest,
)

# EFS takes and gives at most so much in one call.
BLOCK_BYTES = 2 ** 20
# Holes are kept in pieces of this size.
HOLE_BYTES = 2 ** 16
# The digest of a file that is longer is that of the digests of its parts.
PART_BYTES = 2 ** 28
ZEROS = memoryview(bytes(BLOCK_BYTES))
# A status begins with mode, inode, device, links, user, group and size.
SIZE_OF_STATUS = 7


def keeps_xattrs(source, destination, log, message):
    """Whether extended attributes can be kept; notes `message` in the log if only the destination does not have them."""
    if not at.has_xattrs(source):
        return False
    if at.has_xattrs(destination):
        return True
    log.note('attributesNotKept', message=message)
    return False


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
    # One for all blocks: to get each from the system costs a tenth of the copy.
    buffer = memoryview(bytearray(min(BLOCK_BYTES, max(0, end - start))))
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
        block = buffer[:end - offset]
        block = block[:os.preadv(source, [block], offset)]
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
    written = os.pwrite(to, block, offset)
    if written == len(block):
        return
    view, offset = memoryview(block)[written:], offset + written
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
        try:
            to = at.create_file(to_at, to_name, stat.S_IMODE(found.st_mode) & ~at.SPECIAL_BITS)
        except OSError as error:
            raise Unwritable(error) from error
        try:
            try:
                length, digest, more = _fill(source, to, found, like, stop)
                try:
                    finish_file(to, found, xattrs)
                except OSError as error:
                    raise Unwritable(error) from error
                after = os.fstat(source)
            finally:
                try:
                    # NFS tells only now what could not be written.
                    at.close(to)
                except OSError as error:
                    raise Unwritable(error) from error
        except BaseException:
            at.remove_if_there(at.unlink, to_at, to_name)
            raise
    finally:
        at.close(source)
    if xattrs:
        more['xattrs'] = xattrs_digest(xattrs)
    entry = entry_of(seen[0], found, digest, more)
    is_changed = length != found.st_size or entry[SIGNATURE] != seen[SIGNATURE] or not _is_as_before(found, after)
    if is_changed:
        entry[SIZE], entry[CTIME], entry[LINKS] = length, 0, seen[LINKS]
    return entry


def copy_small(source_at, name, to_at, to_name, found, with_xattrs):
    """
    The same in as few calls as there can be, for what nearly all files are: of one block at most and without holes.
    `found`: what lstat said of it. Returns its entry, or None if it is not as it was then, which copy_file finds out; then
    nothing is left behind. Throws OSError of either side.
    """
    facts = mode, inode, _, links, user, group, size = found[:SIZE_OF_STATUS]
    time_ns, ctime_ns = found.st_mtime_ns, found.st_ctime_ns
    copied = at.copy_block(source_at, name, to_at, to_name, size, mode, (user, group), time_ns, with_xattrs)
    if copied is None:
        return None
    block, after, xattrs = copied
    if after[:SIZE_OF_STATUS] != facts or after.st_mtime_ns != time_ns or after.st_ctime_ns != ctime_ns:
        at.remove_if_there(at.unlink, to_at, to_name)
        return None
    digest = hashlib.sha256(block).hexdigest()
    entry = [name, mode, user, group, size, time_ns, ctime_ns, inode, links, digest]
    if xattrs:
        entry.append({'xattrs': xattrs_digest(xattrs)})
    return entry


def copy_noted(source_at, name, to_at, to_name, entry, with_xattrs):
    """
    The same for a file of a copy, which must be what its entry says. Returns whether it was copied so; if not, nothing is
    left behind. Throws OSError of either side.
    """
    _, mode, user, group, size, time_ns, *_ = entry
    digest = entry[DIGEST]
    if size > BLOCK_BYTES or not digest or len(digest) <= MD5_DIGITS or not stat.S_ISREG(mode):
        return False
    copied = at.copy_block(source_at, name, to_at, to_name, size, mode, (user, group), time_ns, with_xattrs)
    if copied is None:
        return False
    block, found, _ = copied
    if is_copy_of(entry, found) and hashlib.sha256(block).hexdigest() == digest:
        return True
    at.remove_if_there(at.unlink, to_at, to_name)
    return False


def _fill(source, to, found, like, stop):
    """Copies the content. Returns its length and digest, and what the entry has more. Throws as copy_file does."""
    size = found.st_size
    is_sparse = at.allocated(found) < size
    if size <= BLOCK_BYTES and not is_sparse and like is None:
        # What nearly all files are: one call to read, one to write.
        block = os.pread(source, size, 0) if size else b''
        if len(block) == size:
            if size:
                try:
                    _write_all(to, block, 0)
                except OSError as error:
                    raise Unwritable(error) from error
            return size, hashlib.sha256(block).hexdigest(), {}
    digester = Digester(like)
    length = copy_content(source, to, 0, size, digester, is_sparse, stop)
    digest, more = digester.hexdigest(), {}
    if is_sparse:
        with writing():
            os.ftruncate(to, length)
            more['allocated'] = at.allocated(os.fstat(to))
    if digester.parts:
        more['parts'] = digester.parts
    return length, digest, more


def finish_file(to, found, xattrs):
    """Owner, extended attributes, mode and time of a new file that has its mode but for the special bits."""
    if found.st_uid or found.st_gid:
        at.set_owner(to, found.st_uid, found.st_gid)
    if xattrs:
        at.set_xattrs(to, xattrs)
    if found.st_mode & at.SPECIAL_BITS or at.ACL in xattrs:
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


def keep_directory(descriptor, entry, xattrs, with_xattrs, mode=None):
    """
    Gives a directory its attributes, when nothing is written into it any more. `mode`: of one that is as the worker made it,
    root's and with no extended attributes. Throws OSError.
    """
    is_ours = mode is not None
    if entry[UID] or entry[GID] or not is_ours:
        at.set_owner(descriptor, entry[UID], entry[GID])
    if with_xattrs and (xattrs or not is_ours):
        at.set_xattrs(descriptor, xattrs)
    if xattrs or mode != stat.S_IMODE(entry[MODE]):
        at.set_mode(descriptor, stat.S_IMODE(entry[MODE]))
    at.set_time(descriptor, entry[MTIME])
