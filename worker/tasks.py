"""Work on a tree in parallel, depth first, so that what waits stays small."""
import threading

from crew import Crew


def run_tasks(tasks, handle, threads, stop):
    """
    Runs `handle(task)` for every task and for every task that a call of it returns, newest first, in at most `threads`
    threads. Throws the first error of any of them, or Stopped once `stop` is set; no call is running any more then.
    """
    Tasks(tasks, handle, stop).run(threads)


def settle(node, lock, close):
    """
    One of the tasks in a directory is done; `node.open` counts those that are left. After the last one it calls `close` for
    the directory, whose parent has one task less with that, and so on upwards.
    """
    while node is not None:
        with lock:
            node.open -= 1
            if node.open:
                return
        close(node)
        node = node.parent


class Tasks:
    """
    The same, for more than one round: with `on_want`, threads wait for what is added until `end`. It is called when a
    thread finds nothing to do, and again when no other is at work either, with how often something was added until then,
    and whether all is done.
    """

    def __init__(self, tasks, handle, stop, on_want=None):
        self._waiting, self._handle, self._stop, self._on_want = list(tasks), handle, stop, on_want
        self._changed = threading.Condition()
        self._running, self._error, self._is_ended = 0, None, on_want is None
        # What on_want was last called with, None for not at all.
        self._wanted = None
        self._added = 0

    def run(self, threads):
        Crew(self._work, threads, lambda: bool(self._waiting)).join()
        if self._error:
            raise self._error

    def add(self, tasks):
        with self._changed:
            self._waiting.extend(tasks)
            self._wanted = None
            self._added += 1
            self._changed.notify_all()

    def end(self, error=None):
        """Lets the threads return once there is nothing left to do; at once with an error, which `run` throws."""
        with self._changed:
            self._is_ended, self._error = True, self._error or error
            self._changed.notify_all()

    def oldest(self, most):
        """Takes the oldest tasks out, at most half of what waits: those with the most below them."""
        with self._changed:
            number = min(most, len(self._waiting) // 2)
            found, self._waiting[:number] = self._waiting[:number], []
            return found

    def put_back(self, tasks):
        with self._changed:
            self._waiting[:0] = tasks
            self._changed.notify_all()

    def _work(self):
        while True:
            with self._changed:
                while not self._waiting and not self._error:
                    is_idle = self._running == 0
                    if is_idle and self._is_ended:
                        self._changed.notify_all()
                        return
                    if self._on_want and self._wanted is not True and self._wanted != is_idle:
                        self._wanted = is_idle
                        self._on_want(self._added, is_idle)
                    self._changed.wait()
                if self._error:
                    return
                task = self._waiting.pop()
                self._running += 1
            error, more = None, ()
            try:
                self._stop.check()
                more = self._handle(task) or ()
            except BaseException as thrown:
                error = thrown
            with self._changed:
                self._running -= 1
                self._error = self._error or error
                self._waiting.extend(more)
                if len(more) > 1 or self._error or (not self._running and not self._waiting):
                    self._changed.notify_all()
                elif more:
                    self._changed.notify()
