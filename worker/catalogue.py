"""
The copies under a label, as they lie on the destination:

    /<label>/copies/<UTC time>.<interval>/           a complete copy: data/, manifest, index, copy.json
    /<label>/copies/<UTC time>.<interval>.suspect/   a copy that lost too much: it replaces none
    /<label>/<interval>.<n>                          a link to the data of the n-th newest copy of the interval
    /<label>/incomplete/                             the copy that is being written, or was when its run ended
    /<label>/removing/                               old copies on their way out

A copy is complete if and only if it is in copies/: it gets there by one rename. The links are only a view of that
folder, written anew by every run. All calls are relative to the label's directory, which is opened once.
"""
import contextlib
import datetime
import errno
import fcntl
import json
import os
import re

import at
from errors import WorkerError
from index import ScannedIndex, SortedIndex
from manifest import Manifest
from request import parse_time

TIME_FORMAT = '%Y-%m-%dT%H-%M-%SZ'
COPY_NAME = re.compile(r'(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)\.([A-Za-z0-9][A-Za-z0-9_-]*)(\.suspect)?')
SUSPECT = '.suspect'
# A clock that was wrong once has made copies of the future. Up to so many seconds count as the present.
DRIFT_SECONDS = 600


class Copy:
    """A complete copy: its name, the time of which it is, its interval, and what copy.json says of it."""

    def __init__(self, copies, name):
        time, self.interval, suspect = COPY_NAME.fullmatch(name).groups()
        self._copies, self.name, self.is_suspect = copies, name, suspect is not None
        self.copied_at = datetime.datetime.strptime(time, TIME_FORMAT).replace(tzinfo=datetime.timezone.utc)

    def _open(self):
        try:
            return at.open_directory(self._copies, self.name)
        except OSError as error:
            raise WorkerError('CopyDamaged', 'The copy {} cannot be opened: {}'.format(self.name, error)) from error

    def facts(self):
        """What copy.json says. Throws CopyDamaged if it cannot be read."""
        directory = self._open()
        try:
            return at.read_json(directory, 'copy.json')
        except (OSError, ValueError) as error:
            raise WorkerError('CopyDamaged', 'copy.json of {} cannot be read: {}'.format(self.name, error)) from error
        finally:
            at.close(directory)

    def open_data(self):
        """The directory with the files, open. Throws CopyDamaged."""
        directory = self._open()
        try:
            return at.open_directory(directory, 'data')
        except OSError as error:
            raise WorkerError('CopyDamaged', 'The data of {} cannot be opened: {}'.format(self.name, error)) from error
        finally:
            at.close(directory)

    def open_manifest(self, is_whole=True, check=None):
        """
        The manifest. With `is_whole` all of it is read; else only what is asked for, each line of which is compared with
        the index. Throws CopyDamaged unless it is what was written when the copy became complete.
        """
        facts = self.facts()
        directory = self._open()
        try:
            descriptor = at.open_file(directory, 'manifest')
            if facts.get('format', 1) != 1:
                index = _index_of(directory)
                if index and not is_whole:
                    return Manifest(descriptor, index)
                if index and index.sha256() == facts['indexSha256']:
                    if at.sha256(descriptor, check) != facts['manifestSha256']:
                        raise ValueError('it is not what was written')
                    return Manifest(descriptor, index)
            # A copy of an earlier version has no index, and one that is damaged can be made again.
            index = ScannedIndex(descriptor, check)
            if index.sha256 != facts['manifestSha256']:
                raise ValueError('it is not what was written')
            return Manifest(descriptor, index.sorted())
        except (OSError, ValueError, KeyError) as error:
            message = 'The manifest of {} cannot be used: {}'.format(self.name, error)
            raise WorkerError('CopyDamaged', message) from error
        finally:
            at.close(directory)

    def check_index(self, facts):
        """Throws CopyDamaged unless the index is what was written. Copies of earlier versions have none."""
        if facts.get('format', 1) == 1:
            return
        directory = self._open()
        try:
            index = SortedIndex(at.open_file(directory, 'index'))
            if index.sha256() != facts.get('indexSha256'):
                raise ValueError('it is not what was written')
        except (OSError, ValueError) as error:
            raise WorkerError('CopyDamaged', 'The index of {} cannot be used: {}'.format(self.name, error)) from error
        finally:
            at.close(directory)


class Catalogue:
    """The copies of one label of a file system whose root is open as `mount`."""

    def __init__(self, mount, label):
        self._mount, self.label = mount, label
        self.path = self._copies = self.removing = None
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            self.path = at.open_directory(mount, label)
            self._copies = at.open_directory(self.path, 'copies')

    def prepare(self, interval):
        """Makes the folders. Throws LayoutNotOurs if a name that the links of `interval` need is taken."""
        try:
            self.path = at.ensure_directory(self._mount, self.label)
            self._copies = at.ensure_directory(self.path, 'copies')
            self.removing = at.ensure_directory(self.path, 'removing')
        except OSError as error:
            if error.errno not in (errno.ENOTDIR, errno.ELOOP):
                raise
            raise WorkerError('LayoutNotOurs', 'The folder label {} is no directory of ours: {}'.format(
                self.label, error)) from error
        taken = [name for name, _ in at.names(self.path) if _index(name, interval) is not None]
        foreign = sorted(name for name in taken if not _is_link(self.path, name))
        if foreign:
            raise WorkerError(
                'LayoutNotOurs',
                'On the destination, {} is not a link that this worker made: copies of another tool, it seems. Choose '
                'another folder label, or move them away.'.format(', '.join(foreign)),
            )

    @contextlib.contextmanager
    def lock(self):
        """Holds the label's lock. Throws LabelLocked if another worker writes to it."""
        descriptor = at.reopen_file(self.path, '.lock')
        try:
            try:
                fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise WorkerError('LabelLocked', 'Another worker writes to {}.'.format(self.label)) from error
            yield
        finally:
            at.close(descriptor)

    def copies(self, interval=None, with_suspect=False):
        """The complete copies, newest first; of one interval or of all; suspect ones only if they are asked for."""
        if self._copies is None:
            return []
        found = [Copy(self._copies, name) for name, _ in at.names(self._copies) if COPY_NAME.fullmatch(name)]
        wanted = [copy for copy in found if interval in (None, copy.interval) and (with_suspect or not copy.is_suspect)]
        # One that is dated in the future is older than it says: a clock was wrong once.
        now = datetime.datetime.now(datetime.timezone.utc)
        return sorted(wanted, key=lambda copy: (not _is_of_future(copy, now), copy.copied_at, copy.name), reverse=True)

    def of_future(self):
        """The names of the copies that are dated in the future."""
        now = datetime.datetime.now(datetime.timezone.utc)
        return [copy.name for copy in self.copies(with_suspect=True) if _is_of_future(copy, now)]

    def choose(self, wanted):
        """The copy that `copy` of a request means. Throws CopyNotFound, which lists what there is."""
        copies = self.copies(wanted.get('interval'), with_suspect='name' in wanted)
        if 'name' in wanted:
            found = [copy for copy in copies if copy.name == wanted['name']]
        elif 'index' in wanted:
            found = copies[wanted['index']:][:1]
        elif 'at' in wanted:
            found = [copy for copy in copies if copy.copied_at <= parse_time(wanted['at'])][:1]
        else:
            found = copies[:1]
        if not found:
            there = ', '.join(copy.name for copy in self.copies(with_suspect=True)[:20]) or 'none'
            raise WorkerError('CopyNotFound', 'No copy is {}. There is: {}.'.format(json.dumps(wanted), there))
        return found[0]

    def name_for(self, time, interval):
        """A name for a copy of `time`, which sorts after every other but those of the future."""
        now = datetime.datetime.now(datetime.timezone.utc)
        others = [copy.copied_at for copy in self.copies(with_suspect=True) if not _is_of_future(copy, now)]
        time = time.replace(microsecond=0)
        if others and max(others) >= time:
            time = max(others) + datetime.timedelta(seconds=1)
        return '{}.{}'.format(time.strftime(TIME_FORMAT), interval)

    def publish(self, name):
        """Makes the incomplete copy a complete one, by one rename."""
        incomplete = at.open_directory(self.path, 'incomplete')
        try:
            data = at.open_directory(incomplete, 'data')
            at.flush(data)
            at.close(data)
            at.flush(incomplete)
        finally:
            at.close(incomplete)
        at.rename(self.path, 'incomplete', self._copies, name)
        at.flush(self._copies)
        return Copy(self._copies, name)

    def accept(self, name):
        """Makes a suspect copy one like the others. Returns whether there was one. Safe to repeat."""
        suspect = name if name.endswith(SUSPECT) else name + SUSPECT
        if not COPY_NAME.fullmatch(suspect):
            raise WorkerError('CopyNotFound', 'acceptShrunkCopy: {} is no name of a copy.'.format(name))
        if at.status_or_none(self._copies, suspect) is not None:
            at.rename(self._copies, suspect, self._copies, suspect[:-len(SUSPECT)])
            return True
        if at.status_or_none(self._copies, suspect[:-len(SUSPECT)]) is not None:
            return False
        raise WorkerError('CopyNotFound', 'acceptShrunkCopy: there is no copy {}.'.format(name))

    def refresh_links(self, interval, retain):
        """Lets <interval>.<n> name the newest `retain` copies of the interval, one link at a time."""
        copies = self.copies(interval)[:retain]
        for number, copy in enumerate(copies):
            name = '{}.{}'.format(interval, number)
            target = os.path.join('copies', copy.name, 'data')
            if _is_link(self.path, name) and at.read_link(self.path, name) == target:
                continue
            at.remove_if_there(at.unlink, self.path, '.link')
            at.symlink(target, self.path, '.link')
            at.rename(self.path, '.link', self.path, name)
        for name, _ in at.names(self.path):
            number = _index(name, interval)
            if number is not None and number >= len(copies):
                at.unlink(self.path, name)

    def retire(self, interval, retain):
        """Takes the copies beyond the newest `retain` of the interval out of the catalogue. Returns their names."""
        return self._remove(self.copies(interval)[max(1, retain):])

    def retire_suspect(self, older_than_days):
        """The same with suspect copies that were not accepted for so long."""
        before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=older_than_days)
        found = [copy for copy in self.copies(with_suspect=True) if copy.is_suspect and copy.copied_at < before]
        return self._remove(found)

    def _remove(self, copies):
        for copy in copies:
            at.rename(self._copies, copy.name, self.removing, copy.name)
        return [copy.name for copy in copies]


def _index_of(copy):
    """The index of a copy that is open, or None if it has none."""
    try:
        return SortedIndex(at.open_file(copy, 'index'))
    except OSError as error:
        if error.errno not in at.GONE:
            raise
        return None


def source_of(place):
    """A source as it is compared: `/data` and `/data/` are one."""
    return {**place, 'path': '/' + '/'.join(name for name in place['path'].split('/') if name not in ('', '.'))}


def is_label(directory):
    """Whether an open directory is the folder of a label: it has a lock, and copies that are some."""
    lock = at.status_or_none(directory, '.lock')
    if lock is None:
        return False
    try:
        copies = at.open_directory(directory, 'copies')
    except OSError:
        return False
    try:
        return any(COPY_NAME.fullmatch(name) for name, _ in at.names(copies))
    finally:
        at.close(copies)


def _is_of_future(copy, now):
    return (copy.copied_at - now).total_seconds() > DRIFT_SECONDS


def _is_link(directory, name):
    found = at.status_or_none(directory, name)
    return found is not None and (found.st_mode & 0o170000) == 0o120000


def _index(name, interval):
    match = re.fullmatch(re.escape(interval) + r'\.(\d+)', name)
    return int(match.group(1)) if match else None
