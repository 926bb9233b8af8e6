"""The two file systems, mounted and looked at before anything is written."""
import os
import subprocess

from errors import WorkerError

# EFS's mount helper adds what AWS recommends: nfsvers=4.1, rsize and wsize of 1 MiB, hard, timeo=600, retrans=2.
# https://docs.aws.amazon.com/efs/latest/ug/mount-helper-setting.html
# iam: the instance's role is what a file system policy can grant to. noresvport: outlives a new network connection.
OPTIONS = 'tls,iam,noresvport,noatime,nosuid,nodev,noexec'


class EfsMounts:
    """Mounts by EFS's mount helper, with TLS."""

    def __init__(self, directory):
        self._directory = directory

    def mount(self, file_system_id, is_read_only, reason):
        """The directory of a file system. Throws `reason` if it cannot be mounted or is not what was mounted."""
        path = os.path.join(self._directory, '{}-{}'.format(file_system_id, 'ro' if is_read_only else 'rw'))
        os.makedirs(path, mode=0o700, exist_ok=True)
        if not _mounted(path):
            options = OPTIONS + (',ro' if is_read_only else ',rw')
            command = ['mount', '-t', 'efs', '-o', options, file_system_id + ':/', path]
            try:
                done = subprocess.run(command, capture_output=True, timeout=180)
            except subprocess.TimeoutExpired as error:
                raise WorkerError(reason, '{} was not mounted within 180 seconds.'.format(file_system_id)) from error
            if done.returncode != 0:
                errors = done.stderr.decode('utf-8', 'backslashreplace').strip()
                raise WorkerError(reason, 'mount {} ended with {}: {}'.format(file_system_id, done.returncode, errors))
        kind = _mounted(path)
        if kind not in ('nfs4', 'nfs'):
            raise WorkerError(reason, '{} is not mounted at {}, though mount said so.'.format(file_system_id, path))
        os.statvfs(path)
        return path


class PlainDirectories:
    """Directories `<root>/<fileSystemId>`, for tests and local use."""

    def __init__(self, root):
        self._root = root

    def mount(self, file_system_id, is_read_only, reason):
        path = os.path.join(self._root, file_system_id)
        if not os.path.isdir(path):
            raise WorkerError(reason, '{} is not mounted: {} is no directory.'.format(file_system_id, path))
        return path


def inside(mount, path, reason):
    """The directory `path` of a mounted file system. Throws `reason` unless it is one, and leads nowhere else."""
    full = os.path.normpath(mount + '/' + path)
    if os.path.realpath(full) != os.path.realpath(mount) + full[len(os.path.normpath(mount)):]:
        raise WorkerError(reason, '{} leads through a symbolic link.'.format(path))
    if not os.path.isdir(full):
        raise WorkerError(reason, '{} is no directory.'.format(path))
    return full


def _mounted(path):
    """The type of the file system that is mounted at `path`, or None."""
    with open('/proc/self/mounts', encoding='utf-8', errors='surrogateescape') as file:
        for line in file:
            _, place, kind = line.split(' ')[:3]
            if place == path:
                return kind
    return None
