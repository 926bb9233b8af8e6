"""A clean end on request: SIGTERM, a Spot interruption's stop command, or the end of the window."""
import signal
import threading
import time

from errors import Stopped

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def hold_signals():
    """From here on they change nothing: a run that has ended keeps its exit code while Python takes itself apart."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


class Stop(threading.Event):
    """Set when the run is to end."""

    def __init__(self):
        super().__init__()
        self.checked_at = time.time()
        self.is_asked_for = False

    def is_set(self):
        return self.is_asked_for or super().is_set()

    def check(self):
        """Throws Stopped once it is set. Asked before every piece of work, and so a sign of work."""
        self.checked_at = time.time()
        if self.is_set():
            raise Stopped()

    def on_signals(self):
        """SIGTERM and SIGINT set it, also one that came before: __main__ holds them back until there is this handler."""
        for number in SIGNALS:
            signal.signal(number, self._on_signal)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def _on_signal(self, *_):
        # Before the thread: the next piece of work may be asked for before that has run.
        self.is_asked_for = True
        # A thread that waits is woken by a thread of its own: a second signal must not find this one holding a lock.
        threading.Thread(target=self.set).start()

    def after(self, seconds):
        """Sets it when so many seconds are over; at once if they are none."""
        if seconds <= 0:
            self.set()
            return
        timer = threading.Timer(seconds, self.set)
        timer.daemon = True
        timer.start()
