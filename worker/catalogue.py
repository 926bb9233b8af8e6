"""
The copies under a label, as they lie on the destination:

    /<label>/copies/<UTC time>.<interval>/   a complete copy: data/, manifest, copy.json
    /<label>/<interval>.<n>                  a link to the data of the n-th newest copy of the interval
    /<label>/incomplete/                     the copy that is being written, or was when its run ended
    /<label>/removing/                       old copies on their way out

A copy is complete if and only if it is in copies/: it gets there by one rename. The links are only a view of that
folder, written anew by every run.
"""
import contextlib
import datetime
import fcntl
import json
import os
import re

from errors import WorkerError
from manifest import Manifest
from request import parse_time

TIME_FORMAT = '%Y-%m-%dT%H-%M-%SZ'
COPY_NAME = re.compile(r'(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)\.([A-Za-z0-9][A-Za-z0-9_-]*)')


class Copy:
    """A complete copy: its directory, the time of which it is, its interval, and what copy.json says of it."""

    def __init__(self, directory, name):
        time, self.interval = COPY_NAME.fullmatch(name).groups()
        self.name = name
        self.path = os.path.join(directory, name)
        self.data = os.path.join(self.path, 'data')
        self.manifest = os.path.join(self.path, 'manifest')
        self.copied_at = datetime.datetime.strptime(time, TIME_FORMAT).replace(tzinfo=datetime.timezone.utc)

    def facts(self):
        """What copy.json says. Throws CopyDamaged if it cannot be read."""
        try:
            with open(os.path.join(self.path, 'copy.json'), encoding='utf-8') as file:
                return json.load(file)
        except (OSError, ValueError) as error:
            raise WorkerError('CopyDamaged', 'copy.json of {} cannot be read: {}'.format(self.name, error)) from error

    def open_manifest(self):
        """The manifest. Throws CopyDamaged unless it is what was written when the copy became complete."""
        try:
            manifest = Manifest(self.manifest)
            if manifest.sha256 == self.facts()['manifestSha256']:
                return manifest
        except (OSError, ValueError) as error:
            message = 'The manifest of {} cannot be read: {}'.format(self.name, error)
            raise WorkerError('CopyDamaged', message) from error
        raise WorkerError('CopyDamaged', 'The manifest of {} is not what was written.'.format(self.name))


class Catalogue:
    """The copies of one label on a mounted file system."""

    def __init__(self, mount, label):
        self.path = os.path.join(mount, label)
        self.incomplete = os.path.join(self.path, 'incomplete')
        self.removing = os.path.join(self.path, 'removing')
        self._copies = os.path.join(self.path, 'copies')

    def prepare(self, interval):
        """Makes the folders. Throws LayoutNotOurs if a name that the links of `interval` need is taken."""
        for path in (self.path, self._copies, self.removing):
            os.makedirs(path, mode=0o700, exist_ok=True)
        taken = [name for name in os.listdir(self.path) if _index(name, interval) is not None]
        foreign = sorted(name for name in taken if not os.path.islink(os.path.join(self.path, name)))
        if foreign:
            raise WorkerError(
                'LayoutNotOurs',
                'On the destination, {} is not a link that this worker made: copies of another tool, it seems. Choose '
                'another folder label, or move them away.'.format(', '.join(foreign)),
            )

    @contextlib.contextmanager
    def lock(self):
        """Holds the label's lock. Throws LabelLocked if another worker writes to it."""
        with open(os.path.join(self.path, '.lock'), 'w', encoding='utf-8') as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise WorkerError('LabelLocked', 'Another worker writes to {}.'.format(self.path)) from error
            yield

    def copies(self, interval=None):
        """The complete copies, newest first; of one interval or of all."""
        try:
            names = os.listdir(self._copies)
        except FileNotFoundError:
            return []
        copies = [Copy(self._copies, name) for name in names if COPY_NAME.fullmatch(name)]
        wanted = [copy for copy in copies if interval in (None, copy.interval)]
        return sorted(wanted, key=lambda copy: copy.name, reverse=True)

    def choose(self, wanted):
        """The copy that `copy` of a request means. Throws CopyNotFound, which lists what there is."""
        copies = self.copies(wanted.get('interval'))
        if 'index' in wanted:
            found = copies[wanted['index']:][:1]
        elif 'at' in wanted:
            found = [copy for copy in copies if copy.copied_at <= parse_time(wanted['at'])][:1]
        else:
            found = copies[:1]
        if not found:
            there = ', '.join(copy.name for copy in self.copies()[:20]) or 'none'
            raise WorkerError('CopyNotFound', 'No copy is {}. There is: {}.'.format(json.dumps(wanted), there))
        return found[0]

    def name_for(self, time, interval):
        """A name for a copy of `time` that sorts after every other, also if a clock was wrong once."""
        newest = max((copy.copied_at for copy in self.copies()), default=None)
        if newest and newest >= time.replace(microsecond=0):
            time = newest + datetime.timedelta(seconds=1)
        return '{}.{}'.format(time.strftime(TIME_FORMAT), interval)

    def publish(self, name):
        """Makes the incomplete copy a complete one, by one rename."""
        for directory in (os.path.join(self.incomplete, 'data'), self.incomplete):
            _flush(directory)
        os.rename(self.incomplete, os.path.join(self._copies, name))
        _flush(self._copies)
        return Copy(self._copies, name)

    def refresh_links(self, interval, retain):
        """Lets <interval>.<n> name the newest `retain` copies of the interval, one link at a time."""
        copies = self.copies(interval)[:retain]
        for index, copy in enumerate(copies):
            link = os.path.join(self.path, '{}.{}'.format(interval, index))
            target = os.path.join('copies', copy.name, 'data')
            if os.path.islink(link) and os.readlink(link) == target:
                continue
            new = os.path.join(self.path, '.link')
            with contextlib.suppress(FileNotFoundError):
                os.unlink(new)
            os.symlink(target, new)
            os.rename(new, link)
        for name in os.listdir(self.path):
            index = _index(name, interval)
            if index is not None and index >= len(copies):
                os.unlink(os.path.join(self.path, name))

    def retire(self, interval, retain):
        """Takes the copies beyond the newest `retain` of the interval out of the catalogue. Returns their names."""
        retired = self.copies(interval)[max(1, retain):]
        for copy in retired:
            os.rename(copy.path, os.path.join(self.removing, copy.name))
        return [copy.name for copy in retired]


def is_label(path):
    """Whether a directory is the folder of a label."""
    return os.path.isdir(os.path.join(path, 'copies')) and os.path.isfile(os.path.join(path, '.lock'))


def _index(name, interval):
    match = re.fullmatch(re.escape(interval) + r'\.(\d+)', name)
    return int(match.group(1)) if match else None


def _flush(directory):
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
