"""Work on a tree in parallel, depth first, so that what waits stays small."""
import threading

from crew import Crew


def run_tasks(tasks, handle, threads, stop):
    """
    Runs `handle(task)` for every task and for every task that a call of it returns, newest first, in at most `threads`
    threads. Throws the first error of any of them, or Stopped once `stop` is set; no call is running any more then.
    """
    waiting = list(tasks)
    changed = threading.Condition()
    state = {'running': 0, 'error': None}

    def work():
        while True:
            with changed:
                while not waiting and state['running'] and not state['error']:
                    changed.wait()
                if state['error'] or not waiting:
                    return
                task = waiting.pop()
                state['running'] += 1
            error, more = None, ()
            try:
                stop.check()
                more = handle(task) or ()
            except BaseException as thrown:
                error = thrown
            with changed:
                state['running'] -= 1
                state['error'] = state['error'] or error
                waiting.extend(more)
                if len(more) > 1 or state['error'] or (not state['running'] and not waiting):
                    changed.notify_all()
                elif more:
                    changed.notify()

    Crew(work, threads).join()
    if state['error']:
        raise state['error']
