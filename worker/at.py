"""
All calls to file systems. The worker is root in trees in which others write, so a path is never resolved: a call names
one entry of a directory that is open, and follows no link. No other file of the worker makes such a call.

What must be known of these calls (man 2 linkat, fchmodat, open; Python's os):
* os.link with descriptors follows links unless follow_symlinks is False, which os.chmod does not take. So a mode is set by a
  descriptor of the file itself, or at the file's creation.
* Extended attributes have no call relative to a directory: they too are set by a descriptor.
* A descriptor that is open with O_PATH takes neither a mode, an owner nor a time.

The second part is for the instance's own disk (lock, logs, /proc), to which paths of root lead.
"""
import errno
import hashlib
import itertools
import json
import os
import resource
import stat

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# What has become a pipe or a device meanwhile is not waited for.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW

# The entry is not there, or is not there as what it was: it is gone, became a link, or its directory was removed.
GONE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
# NFS: the handle is of something that was removed, or the server could not answer. Worth another try.
UNSURE = (errno.ESTALE, errno.EIO, errno.EREMOTEIO)
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
HOLE_BLOCK_BYTES = 512
# Holes are kept in pieces of this size at least.
SMALLEST_HOLE_BYTES = 4096
NAMES_PER_CHECK = 256
DIGEST_BLOCK_BYTES = 2 ** 20

ROOT = (0, 0)
SPECIAL_BITS = 0o7000
ACL = 'system.posix_acl_access'
# SELinux's label belongs to the machine that looks at a file, and cannot be set on EFS.
NOT_KEPT = 'security.selinux'
_PROBE = 'user.efs-to-efs'


def checked(name):
    """A name of one entry. Throws ValueError for what would lead elsewhere."""
    if name in ('', '.', '..') or '/' in name or '\0' in name:
        raise ValueError('{!r} is no name of a file'.format(name))
    return name


def open_root(path):
    """Opens the root of a tree, once; from there on all is relative to it. `path` is of the worker's own making."""
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


def open_directory(directory, name):
    return os.open(checked(name), _DIRECTORY, dir_fd=directory)


def open_down(directory, path):
    """Opens the directory `path` below `directory`, one name after the other, for any length. Throws OSError."""
    descriptor = os.dup(directory)
    for name in filter(None, path.split('/')):
        above = descriptor
        try:
            descriptor = open_directory(above, name)
        finally:
            os.close(above)
    return descriptor


def open_file(directory, name):
    return os.open(checked(name), _READ, dir_fd=directory)


def create_file(directory, name, mode=0o600):
    """Creates a file that is not there yet, and opens it. The mode is exactly this one: the worker has no umask."""
    return os.open(checked(name), _CREATE, mode, dir_fd=directory)


def reopen_file(directory, name):
    """Opens a file of the worker's own for reading and writing, made if it is not there."""
    return os.open(checked(name), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600, dir_fd=directory)


def append_file(directory, name):
    """A file of the worker's own, to append to it; made if it is not there."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
    return os.open(checked(name), flags, 0o600, dir_fd=directory)


def close(descriptor):
    os.close(descriptor)


def close_all(*descriptors):
    """Those that were opened; None is for one that was not."""
    for descriptor in descriptors:
        if descriptor is not None:
            os.close(descriptor)


def status(directory, name):
    """What lstat says."""
    return os.stat(checked(name), dir_fd=directory, follow_symlinks=False)


def statuses(directory, names):
    """
    What lstat says of many names, which a directory itself has given: pairs of a name and that, or the OSError. Not the stat
    of scandir: that keeps Python's lock while the file system answers, and all threads wait.
    """
    stat_of = os.stat
    for name in names:
        try:
            found = stat_of(name, dir_fd=directory, follow_symlinks=False)
        except OSError as error:
            found = error
        yield name, found


def status_or_none(directory, name):
    """The same, or None if there is nothing of that name."""
    try:
        return status(directory, name)
    except OSError as error:
        if error.errno in GONE:
            return None
        raise


def is_gone(directory, name):
    """Whether the directory itself says that it has no such entry, after another call could not find or use it."""
    try:
        return status_or_none(directory, name) is None
    except OSError as error:
        if error.errno == errno.ESTALE:
            return _is_removed(directory)
        return False


def _is_removed(directory):
    try:
        return os.fstat(directory).st_nlink == 0
    except OSError as error:
        return error.errno == errno.ESTALE


def described(descriptor):
    return os.fstat(descriptor)


def identity(descriptor):
    """What tells this file or directory from every other."""
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino


def names(directory, check=None):
    """The entries of a directory: pairs of the name and whether it is a directory. `check` is called now and then."""
    found = []
    with os.scandir(directory) as entries:
        while True:
            if check:
                check()
            some = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in itertools.islice(entries, NAMES_PER_CHECK)]
            found += some
            if len(some) < NAMES_PER_CHECK:
                return found


def make_directory(directory, name, mode=0o700):
    os.mkdir(checked(name), mode, dir_fd=directory)


def make_private(descriptor):
    """Lets only root into an open directory, and lets what is made in it inherit nothing from those above."""
    os.fchown(descriptor, 0, 0)
    if has_xattrs(descriptor):
        set_xattrs(descriptor, {})
    os.fchmod(descriptor, 0o700)


def make_private_directory(directory, name):
    """Makes a directory that only root can enter, and opens it. Fails if the name is taken."""
    make_directory(directory, name)
    descriptor = open_directory(directory, name)
    make_private(descriptor)
    return descriptor


def ensure_directory(directory, name):
    """Makes a directory of the worker's own unless it is there. Opens it."""
    try:
        make_directory(directory, name)
    except FileExistsError:
        pass
    return open_directory(directory, name)


def link(from_directory, from_name, to_directory, to_name):
    """Gives a file another name. Fails if that is taken, and gives a link a name itself, not what it leads to."""
    os.link(
        checked(from_name), checked(to_name), src_dir_fd=from_directory, dst_dir_fd=to_directory, follow_symlinks=False,
    )


def link_same(from_directory, to_directory, name):
    """The same with one name for both, which a directory itself has given."""
    os.link(name, name, src_dir_fd=from_directory, dst_dir_fd=to_directory, follow_symlinks=False)


def symlink(target, directory, name):
    os.symlink(target, checked(name), dir_fd=directory)


def read_link(directory, name):
    return os.readlink(checked(name), dir_fd=directory)


def make_node(directory, name, mode, device):
    os.mknod(checked(name), mode, device, dir_fd=directory)


def rename(from_directory, from_name, to_directory, to_name):
    """Moves an entry itself, never what it leads to. Replaces what is there: only for names that are known to be free."""
    os.rename(checked(from_name), checked(to_name), src_dir_fd=from_directory, dst_dir_fd=to_directory)


def unlink(directory, name):
    os.unlink(checked(name), dir_fd=directory)


def remove_directory(directory, name):
    os.rmdir(checked(name), dir_fd=directory)


def remove_if_there(remove, directory, name):
    """unlink or remove_directory of what may be gone already."""
    try:
        remove(directory, name)
    except OSError as error:
        if error.errno not in (*GONE, errno.ESTALE):
            raise


def set_attributes(descriptor, user, group, mode, time_ns):
    """Owner, mode and time of an open file or directory, in the order in which none undoes another."""
    os.fchown(descriptor, user, group)
    os.fchmod(descriptor, mode)
    os.utime(descriptor, ns=(time_ns, time_ns))


def set_owner(descriptor, user, group):
    os.fchown(descriptor, user, group)


def set_mode(descriptor, mode):
    os.fchmod(descriptor, mode)


def set_time(descriptor, time_ns):
    os.utime(descriptor, ns=(time_ns, time_ns))


def set_attributes_of_node(directory, name, found):
    """
    The same for a link, pipe or device, which no descriptor can do. Only for an entry that was made in a directory that
    only root can enter, as no other may put another file in its place there.
    """
    os.chown(checked(name), found.st_uid, found.st_gid, dir_fd=directory, follow_symlinks=False)
    if not stat.S_ISLNK(found.st_mode):
        os.chmod(name, stat.S_IMODE(found.st_mode), dir_fd=directory)
    os.utime(name, ns=(found.st_mtime_ns, found.st_mtime_ns), dir_fd=directory, follow_symlinks=False)


def has_xattrs(descriptor):
    """Whether the file system of an open file has extended attributes, of which POSIX ACLs are some. EFS has none."""
    try:
        os.getxattr(descriptor, _PROBE)
        return True
    except OSError as error:
        if error.errno == errno.ENODATA:
            return True
        if error.errno == errno.ENOTSUP:
            return False
        raise


def xattrs(descriptor):
    """The extended attributes of an open file, by name; none where there are no such attributes."""
    try:
        return {name: os.getxattr(descriptor, name) for name in os.listxattr(descriptor) if name != NOT_KEPT}
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return {}
        raise


def set_xattrs(descriptor, wanted):
    """Gives an open file exactly these extended attributes. Throws OSError for what cannot be set."""
    for name in set(xattrs(descriptor)) - set(wanted):
        os.removexattr(descriptor, name)
    for name, value in wanted.items():
        os.setxattr(descriptor, name, value)


def allocated(found):
    """How many bytes a file takes on its disk."""
    return found.st_blocks * HOLE_BLOCK_BYTES


def next_data(descriptor, offset, end):
    """Where the next bytes that are no hole begin, at most `end`; `offset` where the file system does not know."""
    try:
        return min(os.lseek(descriptor, offset, os.SEEK_DATA), end)
    except OSError as error:
        return end if error.errno == errno.ENXIO else offset


def sha256(descriptor, check=None):
    """Of a whole open file. `check` is called for each block."""
    digest, offset = hashlib.sha256(), 0
    for block in iter(lambda: os.pread(descriptor, DIGEST_BLOCK_BYTES, offset), b''):
        if check:
            check()
        digest.update(block)
        offset += len(block)
    return digest.hexdigest()


def copy_block(source_at, name, to_at, to_name, size, mode, owner, time_ns, with_xattrs):
    """
    Copies a file of one block at most and without holes to a new entry with these attributes (`owner`: user and group), in
    as few calls as there can be. Both names are those of entries, as a directory or a checked manifest gives them. Returns the block, what fstat
    says of the source when all is done, and its extended attributes; or None if it has another size or holes, and then
    nothing is left behind. Throws OSError of either side.
    """
    source = os.open(name, _READ, dir_fd=source_at)
    try:
        # One byte more than it is to have, in case it has grown.
        block = os.pread(source, size + 1, 0)
        if len(block) != size:
            return None
        found_xattrs = xattrs(source) if with_xattrs and os.listxattr(source) else {}
        to = os.open(to_name, _CREATE, mode & 0o777, dir_fd=to_at)
        is_whole = False
        try:
            try:
                written = os.pwrite(to, block, 0) if size else 0
                if owner != ROOT:
                    os.fchown(to, *owner)
                if found_xattrs:
                    set_xattrs(to, found_xattrs)
                if mode & SPECIAL_BITS or ACL in found_xattrs:
                    os.fchmod(to, stat.S_IMODE(mode))
                os.utime(to, ns=(time_ns, time_ns))
                after = os.fstat(source)
            finally:
                os.close(to)
            # What is smaller may be beside its inode, where a file system keeps it there.
            has_holes = size > SMALLEST_HOLE_BYTES and after.st_blocks * HOLE_BLOCK_BYTES < size
            is_whole = written == size and not has_holes
        finally:
            if not is_whole:
                remove_if_there(unlink, to_at, to_name)
    finally:
        os.close(source)
    return (block, after, found_xattrs) if is_whole else None


def free_inodes(descriptor):
    """How many files the file system can still take, or None if it does not say. Linux shows 0 of 0 for EFS."""
    found = os.fstatvfs(descriptor)
    return found.f_favail if found.f_files else None


def flush(descriptor):
    os.fsync(descriptor)


def read_json(directory, name):
    """A JSON file. Throws OSError or ValueError."""
    with os.fdopen(open_file(directory, name), 'rb') as file:
        return json.loads(file.read().decode('utf-8'))


def write_json(directory, name, value):
    """Writes a JSON file that is not there yet, onto the disk."""
    with os.fdopen(create_file(directory, name), 'wb') as file:
        file.write(json.dumps(value, indent=2).encode('ascii'))
        file.flush()
        os.fsync(file.fileno())


# --- The instance's own disk ---------------------------------------------------------------------------------------


def prepare_process():
    """No umask, as modes are given exactly (programs it starts get a usual one); and a descriptor for each directory of a deep tree in every thread."""
    os.umask(0)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for most in (2 ** 20, hard):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, max(most, hard)))
            return
        except (ValueError, OSError):
            continue


def own_directory(*parts):
    """Makes a directory on the instance's own disk, with those above it. Returns its path."""
    path = os.path.join(*parts)
    above = os.path.dirname(path)
    if above and not os.path.isdir(above):
        own_directory(above)
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        pass
    return path


def own_file(path, mode):
    """Opens a file on the instance's own disk, or of the kernel's; text in UTF-8 unless the mode is binary."""
    if 'b' in mode:
        return open(path, mode, opener=_private)
    return open(path, mode, encoding='utf-8', errors='surrogateescape', opener=_private)


def own_names(path):
    return os.listdir(path)


def own_directory_exists(path):
    return os.path.isdir(path)


def own_exists(path):
    return os.path.exists(path)


def own_temporary_file():
    """A file on the instance's own disk that is gone when it is closed, or the process ends."""
    # Few runs need one, and all would wait for it at their start.
    import tempfile
    return tempfile.TemporaryFile()


def own_copy(path, to):
    """Copies a file of some megabytes."""
    with own_file(path, 'rb') as source, own_file(to, 'wb') as target:
        target.write(source.read())


def own_remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def _private(path, flags):
    return os.open(path, flags, 0o600)
