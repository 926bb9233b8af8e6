"""rsync, for what has to be copied: one call for one list of files."""
import os
import re
import shutil
import subprocess

from directories import NOT_KEPT
from errors import WorkerError

OUT_OF_SPACE = re.compile(rb'\((28|122)\)')  # ENOSPC, EDQUOT: rsync appends the number to every system error
ESCAPE = re.compile(rb'\\#(\d{3})')

# The attributes that every call keeps; a window of -1 means that times are compared and set to the nanosecond.
# Directories are the worker's own business.
ATTRIBUTES = [
    '--links', '--perms', '--times', '--modify-window=-1', '--owner', '--group', '--devices', '--specials',
    '--numeric-ids', '--sparse',
]


class Result:
    """What one rsync did: its exit code, its errors, and the MD5 (or None) of each path that it dealt with."""

    def __init__(self, code, errors, dealt_with):
        self.code = code
        self.errors = errors
        self.dealt_with = dealt_with


class Rsync:
    """
    Copies lists of files between two directories.

    Files are always written beside their place and renamed into it (no --inplace), so that no inode which another copy
    shares is ever written to. What must hold for that: a path of the list does not exist in the destination, or it is
    no inode of another copy, or --ignore-times makes rsync replace it.
    """

    def __init__(self, source, destination, with_xattrs, stop):
        if shutil.which('rsync') is None:
            raise WorkerError('RsyncMissing', 'rsync is not installed on this instance.')
        self._source = source
        self._destination = destination
        self._keep = ATTRIBUTES + (['--acls', '--xattrs', '--filter=-x ' + NOT_KEPT] if with_xattrs else [])
        self._stop = stop

    def way(self, *options):
        """A function that copies items with these options."""
        return lambda items: self.copy([item.path for item in items], *options)

    def copy(self, paths, *options):
        """Copies `paths` (relative, no directories). Throws OutOfSpace; any other trouble is in the result."""
        # A list by name and null bytes, absolute directories, no shell: no name is ever taken for anything else.
        command = [
            'rsync', *self._keep, *options, '--from0', '--files-from=-', '--no-implied-dirs', '--omit-dir-times',
            '--checksum-choice=md5', '--8-bit-output', '--out-format=%C %n',
            self._source + '/', self._destination + '/',
        ]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, 'LC_ALL': 'C'},
        )
        self._stop.watch(process)
        try:
            output, errors = process.communicate(b''.join(os.fsencode(path) + b'\0' for path in paths))
        finally:
            self._stop.forget(process)
        if process.returncode != 0 and OUT_OF_SPACE.search(errors):
            raise WorkerError('OutOfSpace', 'No space is left on the destination: ' + last_line(errors))
        return Result(process.returncode, errors, _parse(output))


def last_line(errors):
    """The last line of rsync's errors that is about a file, for a message."""
    lines = [line for line in errors.decode('utf-8', 'backslashreplace').splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith('rsync error:')]
    return (telling or lines or [''])[-1]


def _parse(output):
    dealt_with = {}
    for line in output.split(b'\n'):
        # '%C' is 32 digits, or 32 spaces for what has no content or was not read.
        digest, name = line[:32].strip(), line[33:]
        if name:
            unescaped = ESCAPE.sub(lambda match: bytes([int(match.group(1), 8)]), name)
            dealt_with[os.fsdecode(unescaped)] = digest.decode('ascii') or None
    return dealt_with
