"""Several rsyncs at once, fed while the walk goes on, each with a batch of files; and what became of every file."""
import collections
import math
import os
import stat
import threading

from errors import Stopped
from manifest import GID, MODE, MTIME, SIZE, UID
from rsync import last_line

# An rsync takes as long to start as to copy some dozen files. While the walk goes on, batches are of this size; when it
# is over, what waits is shared among the rsyncs.
USUAL_BATCH, SMALLEST_BATCH, LARGEST_BATCH = 400, 8, 1000
LARGEST_BATCH_BYTES = 256 * 2 ** 20
# The walk waits when more files than this wait for an rsync: memory is bounded however large the first copy is.
MOST_WAITING = 50_000

# More rsyncs at once than this only cost memory: each is three processes.
MOST_RSYNCS = 64

# How a batch is copied: files that the base does not have or has in another state; files of which only the content can
# tell whether the base has them (then linked to it, or copied from it if their attributes differ); files that are hard
# links of each other and therefore travel in one batch.
NEW, CHECK, LINKED = 'new', 'check', 'linked'


class Item:
    """A file to copy: its directory, its entry when the walk saw it, its path."""

    __slots__ = ('directory', 'entry', 'path', 'is_retry')

    def __init__(self, directory, entry, path, is_retry=False):
        self.directory, self.entry, self.path, self.is_retry = directory, entry, path, is_retry


class Copier:
    """
    Copies items to `destination` with `rsync`; what is copied goes to `done(directory, entries)`.

    rsync's exit codes are only the occasion for a look at every item: `judge(item, copy, md5)` gives the entry of what
    was copied, None to try once more (and then to count it as failed), or False to leave it. `copy` is what os.lstat
    says of the copy, or None; `md5` what rsync read, or None. `options` are rsync's for each kind of batch.
    """

    def __init__(self, rsync, destination, run, options, judge, done):
        self._rsync, self._destination, self._options = rsync, destination, options
        self._stop, self._counts, self._log = run.stop, run.counts, run.log
        self._slots = min(run.threads, MOST_RSYNCS)
        self._judge, self._done = judge, done
        self._waiting = {kind: collections.deque() for kind in (NEW, CHECK, LINKED)}
        self._changed = threading.Condition()
        self._running = 0
        self._is_complete = False
        self._error = None
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self._slots)]
        for thread in self._threads:
            thread.start()

    def add(self, kind, items):
        """Queues items; those of one call with kind LINKED are hard links of each other. Throws what stopped it."""
        with self._changed:
            while sum(map(len, self._waiting.values())) > MOST_WAITING and not self._error and not self._stop.is_set():
                self._changed.wait(1)
            if self._error:
                raise self._error
            if kind == LINKED:
                self._waiting[kind].append(items)
            else:
                self._waiting[kind].extend(items)
            self._changed.notify_all()

    def finish(self):
        """Waits until everything is copied. Throws what stopped it."""
        with self._changed:
            self._is_complete = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        if self._error:
            raise self._error

    def abandon(self, error):
        """Starts no more; waits for what runs."""
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self):
        while True:
            with self._changed:
                batch = self._next_batch()
                while batch is None:
                    if self._error or (self._is_complete and not self._running and not any(self._waiting.values())):
                        self._changed.notify_all()
                        return
                    self._changed.wait(1)
                    batch = self._next_batch()
                self._running += 1
            error, again = None, []
            try:
                again = self._copy(*batch)
            except BaseException as thrown:
                error = thrown
            with self._changed:
                self._running -= 1
                self._error = self._error or error
                if again:
                    # Hard links were one batch before and stay one.
                    self._waiting[batch[0]].extend([again] if batch[0] == LINKED else again)
                self._changed.notify_all()

    def _next_batch(self):
        """The next batch, or None while there is not enough for one."""
        if self._stop.is_set():
            self._error = self._error or Stopped()
        if self._error:
            return None
        kind = max(self._waiting, key=lambda kind: len(self._waiting[kind]))
        waiting = self._waiting[kind]
        if not waiting or (len(waiting) < USUAL_BATCH and not self._is_complete):
            return None
        share = math.ceil(len(waiting) / self._slots) if self._is_complete else USUAL_BATCH
        size = min(LARGEST_BATCH, max(SMALLEST_BATCH, share))
        batch, length = [], 0
        while waiting and len(batch) < size and (length < LARGEST_BATCH_BYTES or not batch):
            items = waiting.popleft() if kind == LINKED else [waiting.popleft()]
            batch += items
            length += items[0].entry[SIZE]
        return kind, batch

    def _copy(self, kind, batch):
        result = self._rsync.copy([item.path for item in batch], *self._options[kind])
        if result.code != 0:
            errors = result.errors.decode('utf-8', 'backslashreplace')
            self._log.note('rsync', code=result.code, files=len(batch), errors=errors)
        again, copied = [], collections.defaultdict(list)
        for item in batch:
            if result.code != 0 and self._stop.is_set() and item.path not in result.dealt_with:
                continue
            entry = self._look_at(item, result)
            if entry:
                copied[item.directory].append(entry)
            elif entry is None and not self._stop.is_set():
                if item.is_retry:
                    self._counts.fail(item.path, last_line(result.errors))
                else:
                    again.append(Item(item.directory, item.entry, item.path, is_retry=True))
        for directory, entries in copied.items():
            self._done(directory, entries)
        return again

    def _look_at(self, item, result):
        md5 = result.dealt_with.get(item.path)
        try:
            copy = os.lstat(self._destination + '/' + item.path)
        except FileNotFoundError:
            return self._judge(item, None, md5)
        entry = self._judge(item, copy, md5)
        if entry and item.path in result.dealt_with:
            length = entry[SIZE] if stat.S_ISREG(entry[MODE]) else 0
            self._counts.add(filesTransferred=1, bytesTransferred=length)
        return entry


def is_copy_of(copy, entry):
    """Whether what os.lstat says of a copy is what the entry says: type, mode, owner, time and, of files, size."""
    return (
        copy.st_mode == entry[MODE] and copy.st_uid == entry[UID] and copy.st_gid == entry[GID]
        and copy.st_mtime_ns == entry[MTIME]
        and (copy.st_size == entry[SIZE] or not (stat.S_ISREG(entry[MODE]) or stat.S_ISLNK(entry[MODE])))
    )
