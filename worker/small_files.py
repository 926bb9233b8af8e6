"""
Small files, copied without rsync. On EFS every call is a wait for the network; rsync makes some twenty for a new file,
and takes one file after the other.
"""
import hashlib
import os
import stat

from directories import NOT_KEPT
from manifest import GID, MODE, MTIME, SIZE, UID, is_copy_of
from rsync import Result

# EFS takes at most so much in one write.
LARGEST_BYTES = 2 ** 20
BLOCK_BYTES = 512


def is_small(entry):
    """Whether a file is one for SmallFiles: regular, and so short that one write has it all."""
    return stat.S_ISREG(entry[MODE]) and entry[SIZE] <= LARGEST_BYTES


class SmallFiles:
    """
    Copies files between two directories, each as a new inode; nothing that exists is ever written to or replaced. A
    file that is in any way out of the ordinary (changing, gone, unreadable, sparse, with extended attributes, its place
    taken, no space left) is left out, with nothing of it left behind: rsync finds out, and says, what there is to say.
    """

    def __init__(self, source, destination, with_xattrs, stop):
        self._source, self._destination, self._with_xattrs, self._stop = source, destination, with_xattrs, stop

    def copy(self, items):
        """Copies items until the run is to stop. Returns a Result, with the MD5 of what was copied. Throws OSError."""
        dealt_with = {}
        for item in items:
            if self._stop.is_set():
                break
            try:
                content = self._read(self._source + '/' + item.path, item.entry)
            except OSError:
                continue
            if content is not None and self._write(self._destination + '/' + item.path, item.entry, content):
                dealt_with[item.path] = hashlib.new('md5', content, usedforsecurity=False).hexdigest()
        return Result(0, b'', dealt_with)

    def _read(self, path, entry):
        # What has become a link or a pipe meanwhile is neither followed nor waited for.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            content = os.read(descriptor, entry[SIZE] + 1)
            found = os.fstat(descriptor)
            is_sparse = found.st_blocks * BLOCK_BYTES < found.st_size
            if is_sparse or len(content) != entry[SIZE] or not is_copy_of(found, entry) or self._has_xattrs(descriptor):
                return None
            return content
        finally:
            os.close(descriptor)

    def _write(self, path, entry, content):
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            return False
        is_whole = False
        try:
            try:
                # A directory of an interrupted run may have given it attributes.
                if os.write(descriptor, content) == len(content) and not self._has_xattrs(descriptor):
                    os.fchown(descriptor, entry[UID], entry[GID])
                    os.fchmod(descriptor, stat.S_IMODE(entry[MODE]))
                    os.utime(descriptor, ns=(entry[MTIME], entry[MTIME]))
                    is_whole = True
            finally:
                # NFS tells only now what could not be written.
                os.close(descriptor)
        except OSError:
            is_whole = False
        if not is_whole:
            # If this fails the run does: what is left looks like the file and is not.
            os.unlink(path)
        return is_whole

    def _has_xattrs(self, descriptor):
        return self._with_xattrs and any(name != NOT_KEPT for name in os.listxattr(descriptor))
