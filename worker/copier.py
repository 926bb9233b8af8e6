"""Many batches of files at once, copied while the walk goes on; and what became of every file."""
import collections
import math
import os
import stat
import threading

from crew import Crew
from errors import Stopped
from manifest import MODE, SIZE
from rsync import last_line
from small_files import is_small

# How a batch is copied: files that the base does not have or has in another state; small ones of those; files of which
# only the content can tell whether the base has them (then linked to it, or copied from it if their attributes differ);
# files that are hard links of each other and therefore travel in one batch.
NEW, SMALL, CHECK, LINKED = 'new', 'small', 'check', 'linked'

# While the walk goes on, batches have so many files. An rsync takes as long to start as to copy some dozen files; small
# files need only be enough for a line of the manifest. When the walk is over, what waits is shared among the threads.
USUAL_BATCH = {NEW: 400, SMALL: 32, CHECK: 400, LINKED: 400}
SMALLEST_BATCH = {NEW: 8, SMALL: 1, CHECK: 8, LINKED: 8}
# Or so many bytes: large files do not wait until they are many.
LARGEST_BATCH_BYTES = 256 * 2 ** 20
# The walk waits when more files than this wait: memory is bounded however large the first copy is.
MOST_WAITING = 50_000

# More at once only cost memory: an rsync is three processes.
MOST_THREADS = 64


class Item:
    """A file to copy: its directory, its entry when the walk saw it, its path."""

    __slots__ = ('directory', 'entry', 'path', 'is_retry')

    def __init__(self, directory, entry, path, is_retry=False):
        self.directory, self.entry, self.path, self.is_retry = directory, entry, path, is_retry


class Copier:
    """
    Copies items to `destination`; what is copied goes to `done(directory, entries)`.

    `ways` copies a list of items, by kind, and gives a Result. With a way for SMALL, small files that are NEW go there;
    what it left out goes the way of NEW. A Result is only the occasion for a look at every item:
    `judge(item, copy, md5)` gives the entry of what was copied, None to try once more (and then to count it as failed),
    or False to leave it. `copy` is what os.lstat says of the copy, or None; `md5` what was read, or None.
    """

    def __init__(self, ways, destination, run, judge, done):
        self._ways, self._destination = ways, destination
        self._stop, self._counts, self._log = run.stop, run.counts, run.log
        self._judge, self._done = judge, done
        self._waiting = {kind: collections.deque() for kind in ways}
        self._bytes = dict.fromkeys(ways, 0)
        lock = threading.RLock()
        self._work_is_there, self._there_is_room = threading.Condition(lock), threading.Condition(lock)
        self._running = 0
        self._is_complete = False
        self._error = None
        self._most_threads = min(run.threads, MOST_THREADS)
        self._crew = threading.Thread(target=Crew(self._work, self._most_threads).join, daemon=True)
        self._crew.start()

    def add(self, kind, items):
        """Queues items; those of one call with kind LINKED are hard links of each other. Throws what stopped it."""
        with self._there_is_room:
            while sum(map(len, self._waiting.values())) > MOST_WAITING and not self._error and not self._stop.is_set():
                self._there_is_room.wait(1)
            if self._error:
                raise self._error
            for group in [items] if kind == LINKED else ([item] for item in items):
                self._put(SMALL if kind == NEW and SMALL in self._ways and is_small(group[0].entry) else kind, group)
            self._work_is_there.notify(1 + len(items) // min(USUAL_BATCH.values()))

    def finish(self):
        """Waits until everything is copied. Throws what stopped it."""
        self._end(None)
        if self._error:
            raise self._error

    def abandon(self, error):
        """Starts no more; waits for what runs."""
        self._end(error)

    def _end(self, error):
        with self._work_is_there:
            self._is_complete = True
            self._error = self._error or error
            self._work_is_there.notify_all()
        self._crew.join()

    def _put(self, kind, group):
        self._waiting[kind].append(group)
        self._bytes[kind] += group[0].entry[SIZE]

    def _work(self):
        while True:
            with self._work_is_there:
                batch = self._next_batch()
                while batch is None:
                    if self._error or (self._is_complete and not self._running and not any(self._waiting.values())):
                        self._work_is_there.notify_all()
                        return
                    self._work_is_there.wait(1)
                    batch = self._next_batch()
                self._running += 1
                self._there_is_room.notify_all()
            error, again = None, []
            try:
                again = self._copy(*batch)
            except BaseException as thrown:
                error = thrown
            with self._work_is_there:
                self._running -= 1
                self._error = self._error or error
                kind = NEW if batch[0] == SMALL else batch[0]
                # Hard links were one batch before and stay one.
                for group in [again] if again and kind == LINKED else ([item] for item in again):
                    self._put(kind, group)
                if self._error or (self._is_complete and (again or not self._running)):
                    self._work_is_there.notify_all()

    def _next_batch(self):
        """The next batch, or None while there is not enough for one."""
        if self._stop.is_set():
            self._error = self._error or Stopped()
        if self._error:
            return None
        for kind, waiting in self._waiting.items():
            if waiting and (self._is_complete or self._is_enough(kind)):
                return kind, self._batch(kind, waiting)
        return None

    def _is_enough(self, kind):
        return len(self._waiting[kind]) >= USUAL_BATCH[kind] or self._bytes[kind] >= LARGEST_BATCH_BYTES

    def _batch(self, kind, waiting):
        share = math.ceil(len(waiting) / self._most_threads)
        size = max(SMALLEST_BATCH[kind], min(USUAL_BATCH[kind], share)) if self._is_complete else USUAL_BATCH[kind]
        batch, length = [], 0
        while waiting and len(batch) < size and length < LARGEST_BATCH_BYTES:
            group = waiting.popleft()
            batch += group
            length += group[0].entry[SIZE]
        self._bytes[kind] -= length
        return batch

    def _copy(self, kind, batch):
        result = self._ways[kind](batch)
        if result.code != 0:
            errors = result.errors.decode('utf-8', 'backslashreplace')
            self._log.note('rsync', code=result.code, files=len(batch), errors=errors)
        again, copied = [], collections.defaultdict(list)
        for item in batch:
            if self._stop.is_set() and item.path not in result.dealt_with:
                continue
            entry = self._look_at(item, result)
            if entry:
                copied[item.directory].append(entry)
            elif entry is None and not self._stop.is_set():
                if item.is_retry:
                    self._counts.fail(item.path, last_line(result.errors))
                else:
                    again.append(Item(item.directory, item.entry, item.path, is_retry=kind != SMALL))
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
