"""As many threads as it takes to wait for a slow file system, and no more than it takes to keep up with a fast one."""
import threading
import time

import at

STEP_SECONDS = 0.02
# Python lets one thread compute at a time. From this share of a processor on, more of them only get in each other's way.
BUSY = 0.7


class Crew:
    """
    Runs `work`, which returns once there is nothing left to do, in at most `most` threads: in one at first, and in twice
    as many after each step in which the process was mostly waiting and `has_more` to do. On EFS all are there after a
    tenth of a second.
    """

    def __init__(self, work, most, has_more=lambda: True):
        self._work, self._most, self._has_more = work, most, has_more
        self._threads = []
        self._grow(1)

    def join(self):
        """Lets the crew grow, and waits until all have returned."""
        busy = since = None
        for thread in self._threads:  # which may become more meanwhile
            while thread.is_alive():
                may_grow = len(self._threads) < self._most
                thread.join(STEP_SECONDS if may_grow else None)
                if not may_grow or not self._has_more():
                    # Nothing is read then, which would count as a sign of work while a file system hangs.
                    since = None
                    continue
                now, step = self._busy_seconds(), time.monotonic() - (since or 0)
                if since is None:
                    busy, since = now, time.monotonic()
                elif step >= STEP_SECONDS:
                    if thread.is_alive() and now - busy < BUSY * step:
                        self._grow(len(self._threads))
                        now = self._busy_seconds()
                    busy, since = now, time.monotonic()

    def _busy_seconds(self):
        """
        How long the process has computed, and its threads have waited for a processor, on average: on a busy machine, a
        program that waits for no file system has little of a processor too. proc(5), schedstat.
        """
        computed = waited = 0
        try:
            for thread in self._threads:
                with at.own_file('/proc/self/task/{}/schedstat'.format(thread.native_id), 'r') as file:
                    each_computed, each_waited, _ = file.read().split()
                computed, waited = computed + int(each_computed), waited + int(each_waited)
            return (computed + waited / len(self._threads)) / 1e9
        except (OSError, ValueError):
            return time.process_time()

    def _grow(self, number):
        for _ in range(min(number, self._most - len(self._threads))):
            thread = threading.Thread(target=self._work, daemon=True)
            thread.start()
            self._threads.append(thread)
