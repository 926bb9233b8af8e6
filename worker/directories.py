"""Attributes of directories: set last, when nothing is written into them any more."""
import errno
import os

from manifest import GID, MODE, MTIME, UID

# SELinux's label belongs to the machine that looks at a file, and cannot be set on EFS.
NOT_KEPT = 'security.selinux'
PROBE = 'user.efs-to-efs'


def has_xattrs(path):
    """Whether the file system of `path` has extended attributes, of which POSIX ACLs are some. EFS has none."""
    try:
        os.getxattr(path, PROBE)
        return True
    except OSError as error:
        if error.errno == errno.ENODATA:
            return True
        if error.errno == errno.ENOTSUP:
            return False
        raise


def keeps_xattrs(source, destination, log):
    """Whether extended attributes can be kept; notes in the log if only the destination does not have them."""
    is_kept = has_xattrs(source) and has_xattrs(os.path.dirname(destination))
    if has_xattrs(source) and not is_kept:
        log.note('attributesNotKept', message='The destination has no extended attributes and ACLs; the source may.')
    return is_kept


def keep_attributes(source, destination, path, entry, with_xattrs):
    """
    Gives the directory `path` of the copy the owner, extended attributes, mode and time of `entry`, in the order in
    which none undoes another. Returns what could not be kept, as texts.
    """
    target = destination + '/' + path
    problems = []
    try:
        os.chown(target, entry[UID], entry[GID])
        if with_xattrs:
            problems = _keep_xattrs(source + '/' + path, target)
        os.chmod(target, entry[MODE] & 0o7777)
        os.utime(target, ns=(entry[MTIME], entry[MTIME]))
    except OSError as error:
        problems.append(str(error))
    return problems


def xattrs_of(path):
    """The extended attributes of a file, by name; none where there are no such attributes."""
    try:
        names = os.listxattr(path, follow_symlinks=False)
        return {name: os.getxattr(path, name, follow_symlinks=False) for name in names if name != NOT_KEPT}
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return {}
        raise


def _keep_xattrs(source, target):
    problems = []
    try:
        wanted = xattrs_of(source)
    except FileNotFoundError:
        return []
    for name in set(xattrs_of(target)) - set(wanted):
        os.removexattr(target, name)
    for name, value in wanted.items():
        try:
            os.setxattr(target, name, value)
        except OSError as error:
            problems.append('{}: {}'.format(name, error))
    return problems
