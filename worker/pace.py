"""How many files one task has: many on a fast file system, few on one that lets threads wait."""
import time

# The more files a task has, the less has to be done beside them: locks, lines of the manifest, counts.
FAST_FILES = 64
# Where so few files take longer than that, other threads take the rest. It is asked before each so few whether to stop.
SLOW_FILES, SLOW_SECONDS = 8, 0.02


class Pace:
    """Of one process, whose threads may use it together."""

    def __init__(self):
        self._is_slow = False

    def chunks(self, files):
        """Files in lists that are one task each."""
        size = SLOW_FILES if self._is_slow else FAST_FILES
        return [files[start:start + size] for start in range(0, len(files), size)]

    def work_through(self, files, check, handle):
        """Calls `handle` with a few files at a time, and `check` before. Returns those that other threads are to take."""
        done = 0
        while done < len(files) and not (done and self._is_slow):
            check()
            began = time.monotonic()
            handle(files[done:done + SLOW_FILES])
            done += SLOW_FILES
            self._is_slow = time.monotonic() - began > SLOW_SECONDS
        return files[done:]
