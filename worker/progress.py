"""How far a run is, written to its item about every 30 seconds."""
import contextlib
import os
import threading
import time

import at

INTERVAL_SECONDS = 30
# The phase of which the share tells when it ends, and what has to be done of it before it does.
WALK, LEAST_SHARE, LEAST_SECONDS = 'copying', 0.01, 30
# Whether the kernel counts what a process reads and writes; nearly all do.
KERNEL_COUNTS = at.own_exists('/proc/self/io')


class Progress:
    """
    A thread of its own writes it, whatever the run waits for: the phase, the share of the walk, and as `updatedAt` when
    there was the last sign of work. A call on a dead NFS mount never comes back, and then every thread waits but this
    one; so the orchestrator goes by that time, not by news as such. Signs are pieces of work that begin and, since a
    single file can take hours, bytes that move in a thread or a process of this run.
    The share of the walk needs no count beforehand: the root is worth 1, and every directory shares its worth equally
    between itself and the directories in it. What comes after the walk has a share of its own.
    """

    def __init__(self, counts, outside, stop):
        self._counts, self._outside, self._stop = counts, outside, stop
        self._lock = threading.Lock()
        self._share = 0.0
        self._phase = 'preparing'
        self._began = self._phase_started = time.monotonic()
        self._walk_began = None
        self.phases = {}
        self._moved, self._moved_at = {}, 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._report_now_and_then, daemon=True)
        self._thread.start()

    def phase(self, name, share=None):
        """The run is in another phase now, of which `share` is done; the seconds of the one before are kept in `phases`."""
        now = time.monotonic()
        if share is not None:
            with self._lock:
                self._share = share
        if name == WALK and self._walk_began is None:
            self._walk_began = now
        seconds = self.phases.get(self._phase, 0) + now - self._phase_started
        self.phases[self._phase] = round(seconds, 3)
        self._phase, self._phase_started = name, now

    def add(self, share):
        with self._lock:
            self._share += share

    def seconds(self):
        """How long the run has worked."""
        return time.monotonic() - self._began

    def expected_end(self):
        """When the walk would end at its pace, in seconds since 1970; None as long as that is a guess."""
        if self._walk_began is None or self._share < LEAST_SHARE:
            return None
        seconds = time.monotonic() - self._walk_began
        if seconds < LEAST_SECONDS:
            return None
        return int(time.time() + seconds * (1 - min(1.0, self._share)) / self._share)

    def end(self):
        self._ended.set()
        self._thread.join()
        self._report(time.time())
        self.phase('ended')

    def _report_now_and_then(self):
        self._report(time.time())
        while not self._ended.wait(INTERVAL_SECONDS):
            self._report(self._last_sign())

    def _last_sign(self):
        if not KERNEL_COUNTS:
            # Rather believe that a hung file system is at work than end a copy of one large file.
            return time.time()
        moved = _moved_bytes()
        if moved != self._moved:
            self._moved, self._moved_at = moved, time.time()
        return max(self._moved_at, self._stop.checked_at)

    def _report(self, updated_at):
        expected_end = self.expected_end() if self._phase == WALK else None
        self._outside.update_item('progress', {
            **({'expectedEndAt': expected_end} if expected_end else {}),
            'phase': self._phase, 'files': self._counts.get('files'), 'bytes': self._counts.get('bytes'),
            'share': round(min(1.0, self._share), 4), 'updatedAt': int(updated_at),
        })


def _moved_bytes():
    """What the kernel counts of reads and writes, for every other thread of this process and all processes below it."""
    own, parents, counted = str(os.getpid()), {}, {}
    for pid in filter(str.isdigit, at.own_names('/proc')):
        parents[pid] = _read('/proc/{}/stat'.format(pid)).rpartition(')')[2].split()[1:2]
    for pid in parents:
        above = pid
        while above != own and parents.get(above):
            above = parents[above][0]
        if above == own and pid != own:
            counted[pid] = _read('/proc/{}/io'.format(pid))
    for thread in at.own_names('/proc/self/task'):
        if int(thread) != threading.get_native_id():
            counted[thread] = _read('/proc/self/task/{}/io'.format(thread))
    return counted


def _read(path):
    """The text of a file of the kernel's, empty if the process has ended."""
    with contextlib.suppress(OSError), at.own_file(path, 'r') as file:
        return file.read()
    return ''
