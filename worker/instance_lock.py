"""One worker on an instance: who it is, and how another process asks it to stop."""
import contextlib
import fcntl
import json
import os
import signal
import time

import at
from errors import WorkerError

POLL_SECONDS = 0.1


class AlreadyRunning(Exception):
    """The same request is being worked on: SSM can deliver a command twice."""


@contextlib.contextmanager
def instance_lock(directory, run_id, action):
    """
    Holds the instance's lock, which the kernel gives back when the process ends, however it ends. Throws AlreadyRunning
    if the same run and action hold it, WorkerBusy if another does.
    """
    with _opened(directory) as file:
        if not _take(file):
            holder = _holder(file)
            if holder.get('runId') == run_id and holder.get('action') == action:
                raise AlreadyRunning()
            raise WorkerError('WorkerBusy', 'This instance works on {}.'.format(holder.get('runId')))
        file.truncate(0)
        file.write(json.dumps({'runId': run_id, 'action': action, 'pid': os.getpid()}))
        file.flush()
        yield


def stop_worker(directory, run_id, wait_seconds):
    """
    Asks the worker of `run_id` to stop and waits until it has ended, and so has uploaded its logs. Returns whether it
    was running. Throws StopTimedOut if it still is after `wait_seconds`.
    """
    with _opened(directory) as file:
        if _take(file) or _holder(file).get('runId') != run_id:
            return False
        os.kill(_holder(file)['pid'], signal.SIGTERM)
        deadline = time.monotonic() + wait_seconds
        while not _take(file):
            if time.monotonic() > deadline:
                raise WorkerError('StopTimedOut', 'The worker has not ended within {} seconds.'.format(wait_seconds))
            time.sleep(POLL_SECONDS)
        return True


def _opened(directory):
    return at.own_file(os.path.join(at.own_directory(directory), 'worker.lock'), 'a+')


def _take(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False


def _holder(file):
    file.seek(0)
    try:
        return json.loads(file.read())
    except ValueError:
        return {}
