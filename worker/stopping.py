"""A clean end on request: SIGTERM, a Spot interruption's stop command, or the end of the window."""
import os
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
        self.is_asked_for, self._asking = False, None

    def is_set(self):
        return self.is_asked_for or super().is_set()

    def check(self):
        """Throws Stopped once it is set. Asked before every piece of work, and so a sign of work."""
        self.checked_at = time.time()
        if self.is_set():
            raise Stopped()

    def on_signals(self):
        """SIGTERM and SIGINT set it, also one that came before: __main__ holds them back until there is this handler."""
        asked, self._asking = os.pipe()
        threading.Thread(target=self._set_once_asked, args=(asked,), daemon=True).start()
        for number in SIGNALS:
            signal.signal(number, self._on_signal)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)

    def _on_signal(self, *_):
        # It takes no lock, and so begins no thread: the interrupted code may hold that very lock.
        if not self.is_asked_for:
            self.is_asked_for = True
            os.write(self._asking, b'.')

    def _set_once_asked(self, asked):
        os.read(asked, 1)
        self.set()

    def after(self, seconds):
        """Sets it when so many seconds are over; at once if they are none."""
        if seconds <= 0:
            self.set()
            return
        timer = threading.Timer(seconds, self.set)
        timer.daemon = True
        timer.start()
