"""Attributes of directories: set last, when nothing is written into them any more."""
import errno
import os

from manifest import GID, MODE, MTIME, UID

UNSUPPORTED = (errno.ENOTSUP, errno.ENODATA)


def has_xattrs(path):
    """Whether the file system of `path` has extended attributes (EFS has none; POSIX ACLs are such attributes)."""
    try:
        os.listxattr(path)
        return True
    except OSError as error:
        if error.errno in UNSUPPORTED:
            return False
        raise


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


def _keep_xattrs(source, target):
    problems = []
    try:
        wanted = {name: os.getxattr(source, name) for name in os.listxattr(source)}
    except FileNotFoundError:
        return []
    for name in set(os.listxattr(target)) - set(wanted):
        os.removexattr(target, name)
    for name, value in wanted.items():
        try:
            os.setxattr(target, name, value)
        except OSError as error:
            problems.append('{}: {}'.format(name, error))
    return problems
