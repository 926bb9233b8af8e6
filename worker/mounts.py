"""The two file systems, mounted and looked at before anything is written."""
import contextlib
import errno
import os

import at
from errors import WorkerError

# EFS's mount helper adds what AWS recommends: nfsvers=4.1, rsize and wsize of 1 MiB, hard, timeo=600, retrans=2.
# https://docs.aws.amazon.com/efs/latest/ug/mount-helper-setting.html
# iam: the instance's role is what a file system policy can grant to. noresvport: outlives a new network connection.
OPTIONS = 'tls,iam,noresvport,noatime,nosuid,nodev,noexec'
# The same for the kernel, and MS_NOSYMFOLLOW (Linux 5.10), which mount.nfs4 does not know: mount(2).
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_NOSYMFOLLOW, MS_NOATIME, MS_BIND = (
    1, 2, 4, 8, 32, 256, 1024, 4096)


class Mount:
    """A file system's root, open as `descriptor`."""

    def __init__(self, path, reason):
        self.path, self._reason = path, reason
        self._id = _mounted(path)
        self.descriptor = at.open_root(path)

    def check(self):
        """Throws unless the same file system is still mounted there, by the same mount."""
        now = _mounted(self.path)
        if (now and now[:2]) == (self._id and self._id[:2]):
            descriptor = at.open_root(self.path)
            try:
                if at.identity(descriptor) == at.identity(self.descriptor):
                    return
            finally:
                at.close(descriptor)
        raise WorkerError(self._reason, 'What is mounted at {} is not what it was when the run began.'.format(self.path))


class EfsMounts:
    """Mounts by EFS's mount helper, with TLS. What the kernel does not guard is named in `report`."""

    def __init__(self, directory, log, report):
        self._directory, self._log, self._report = directory, log, report

    def mount(self, file_system_id, is_read_only, reason):
        """The root of a file system. Throws `reason` if it cannot be mounted or is not what was mounted."""
        path = at.own_directory(self._directory, '{}-{}'.format(file_system_id, 'ro' if is_read_only else 'rw'))
        if not _mounted(path):
            options = OPTIONS + (',ro' if is_read_only else ',rw')
            import subprocess  # not in local use, as ctypes below
            command = ['mount', '-t', 'efs', '-o', options, file_system_id + ':/', path]
            try:
                done = subprocess.run(command, capture_output=True, timeout=180, umask=0o022)
            except subprocess.TimeoutExpired as error:
                raise WorkerError(reason, '{} was not mounted within 180 seconds.'.format(file_system_id)) from error
            if done.returncode != 0:
                errors = done.stderr.decode('utf-8', 'backslashreplace').strip()
                raise WorkerError(reason, 'mount {} ended with {}: {}'.format(file_system_id, done.returncode, errors))
        found = _mounted(path)
        if not found or found[2] not in ('nfs4', 'nfs'):
            raise WorkerError(reason, '{} is not mounted at {}, though mount said so.'.format(file_system_id, path))
        if not refuse_links(path, is_read_only):
            message = 'The kernel does not refuse to follow links on {}: needs Linux 5.10.'.format(file_system_id)
            self._log.note('followsLinks', message=message)
            self._report.setdefault('followsLinks', []).append(file_system_id)
        return Mount(path, reason)


class PlainDirectories:
    """Directories `<root>/<fileSystemId>`, for tests and local use."""

    def __init__(self, root):
        self._root = root

    def mount(self, file_system_id, is_read_only, reason):
        path = os.path.join(self._root, file_system_id)
        if not at.own_directory_exists(path):
            raise WorkerError(reason, '{} is not mounted: {} is no directory.'.format(file_system_id, path))
        return Mount(path, reason)


def refuse_links(path, is_read_only):
    """
    Lets the kernel follow no link on a mount: a second wall, as no call of the worker follows one. Returns whether
    mountinfo shows it.
    """
    import ctypes
    flags = MS_REMOUNT | MS_BIND | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NOSYMFOLLOW
    flags |= MS_RDONLY if is_read_only else 0
    ctypes.CDLL(None, use_errno=True).mount(None, os.fsencode(path), None, ctypes.c_ulong(flags), None)
    found = _mounted(path)
    return found is not None and 'nosymfollow' in found[3]


class Place:
    """The directory `path` of a mounted file system, open as `descriptor`. Throws `reason` unless it is one."""

    def __init__(self, mount, path, reason):
        self.mount, self.path, self._reason = mount, path, reason
        self.descriptor = self._opened()

    def _opened(self):
        names = [name for name in self.path.split('/') if name not in ('', '.')]
        descriptor = os.dup(self.mount.descriptor)
        for name in names:
            above = descriptor
            try:
                descriptor = at.open_directory(above, name)
            except OSError as error:
                found = None
                with contextlib.suppress(OSError):
                    found = at.status_or_none(above, name)
                if found is not None and (found.st_mode & 0o170000) == 0o120000:
                    raise WorkerError(self._reason, '{} leads through a symbolic link.'.format(self.path)) from error
                if error.errno in (*at.GONE, errno.ENAMETOOLONG):
                    raise WorkerError(self._reason, '{} is no directory.'.format(self.path)) from error
                raise WorkerError(self._reason, '{} cannot be opened: {}'.format(self.path, error)) from error
            finally:
                at.close(above)
        return descriptor

    def check(self):
        """Throws unless the path still leads to the directory that was opened, on the same mount."""
        self.mount.check()
        descriptor = self._opened()
        try:
            if at.identity(descriptor) != at.identity(self.descriptor):
                message = '{} is another directory than when the run began.'.format(self.path)
                raise WorkerError(self._reason, message)
        finally:
            at.close(descriptor)


def _mounted(path):
    """What is mounted at `path`: mount id, device, type and options; or None. The last mount counts. proc(5), mountinfo."""
    found = None
    with at.own_file('/proc/self/mountinfo', 'r') as file:
        for line in file:
            fields = line.split(' ')
            if fields[4] == path:
                found = fields[0], fields[2], fields[fields.index('-') + 1], fields[5].split(',')
    return found
