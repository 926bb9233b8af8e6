"""As many threads as it takes to wait for a slow file system, and no more than it takes to keep up with a fast one."""
import threading
import time

STEP_SECONDS = 0.02
# Python lets one thread compute at a time. From this share of a processor on, more of them only get in each other's way.
BUSY = 0.7


class Crew:
    """
    Runs `work`, which returns once there is nothing left to do, in at most `most` threads: in one at first, and in twice
    as many after each step in which the process was mostly waiting. On EFS all are there after a tenth of a second.
    """

    def __init__(self, work, most):
        self._work, self._most = work, most
        self._threads = []
        self._grow(1)

    def join(self):
        """Lets the crew grow, and waits until all have returned."""
        computed, since = time.process_time(), time.monotonic()
        for thread in self._threads:  # which may become more meanwhile
            while thread.is_alive():
                thread.join(STEP_SECONDS if len(self._threads) < self._most else None)
                now, step = time.process_time(), time.monotonic() - since
                if step >= STEP_SECONDS:
                    if thread.is_alive() and now - computed < BUSY * step:
                        self._grow(len(self._threads))
                    computed, since = now, since + step

    def _grow(self, number):
        for _ in range(min(number, self._most - len(self._threads))):
            thread = threading.Thread(target=self._work, daemon=True)
            thread.start()
            self._threads.append(thread)
