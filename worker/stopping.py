"""A clean end on request: SIGTERM, a Spot interruption's stop command, or the end of the window."""
import signal
import threading
import time

from errors import Stopped


class Stop(threading.Event):
    """Set when the run is to end; rsyncs that are running then are told, and rsyncs that start then end at once."""

    def __init__(self):
        super().__init__()
        self._children = set()
        self.checked_at = time.time()

    def check(self):
        """Throws Stopped once it is set. Asked before every piece of work, and so a sign that work goes on."""
        self.checked_at = time.time()
        if self.is_set():
            raise Stopped()

    def on_signals(self):
        """SIGTERM and SIGINT set it."""
        for number in (signal.SIGTERM, signal.SIGINT):
            # In a thread of its own: a second signal must not find this one holding a lock.
            signal.signal(number, lambda *_: threading.Thread(target=self.set).start())

    def after(self, seconds):
        """Sets it when so many seconds are over; at once if they are none."""
        timer = threading.Timer(max(0, seconds), self.set)
        timer.daemon = True
        timer.start()

    def set(self):
        super().set()
        for process in list(self._children):
            process.terminate()

    def watch(self, process):
        self._children.add(process)
        if self.is_set():
            process.terminate()

    def forget(self, process):
        self._children.discard(process)
