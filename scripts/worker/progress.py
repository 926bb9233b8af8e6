"""How far a run is, written to its item about every 30 seconds."""
import threading
import time

INTERVAL_SECONDS = 30


class Progress:
    """
    The orchestrator takes a run without news for dead, so a thread of its own writes it, whatever the run waits for.
    The phase and the share of the walk. The share needs no count beforehand: the root is worth 1, and every directory
    shares its worth equally between itself and the directories in it.
    """

    def __init__(self, counts, outside):
        self._counts, self._outside = counts, outside
        self._lock = threading.Lock()
        self._share = 0.0
        self._phase = 'preparing'
        self._phase_started = time.monotonic()
        self.phases = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._report_now_and_then, daemon=True)
        self._thread.start()

    def phase(self, name):
        """The run is in another phase now; the seconds of the one before are kept in `phases`."""
        now = time.monotonic()
        seconds = self.phases.get(self._phase, 0) + now - self._phase_started
        self.phases[self._phase] = round(seconds, 3)
        self._phase, self._phase_started = name, now

    def add(self, share):
        with self._lock:
            self._share += share

    def end(self):
        self._ended.set()
        self._thread.join()
        self._report()
        self.phase('ended')

    def _report_now_and_then(self):
        self._report()
        while not self._ended.wait(INTERVAL_SECONDS):
            self._report()

    def _report(self):
        self._outside.update_item('progress', {
            'phase': self._phase, 'files': self._counts.get('files'), 'bytes': self._counts.get('bytes'),
            'share': round(min(1.0, self._share), 4), 'updatedAt': int(time.time()),
        })
