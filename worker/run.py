"""One run of the worker, from its request to its report."""
import datetime
import importlib
import json
import os

import at
from counts import Counts, printable, shown
from errors import InvalidRequest, Stopped, WorkerError
from instance_lock import AlreadyRunning, instance_lock, stop_worker
from mounts import EfsMounts, PlainDirectories
from outside import Aws, Files
from progress import Progress
from request import decode, parse_time
from run_log import RunLog
from stopping import Stop, hold_signals

# Module and function of each action. Only its own is read: all of them take longer than a small restore.
ACTIONS = {
    'backup': ('backup', 'back_up'), 'restore': ('restore', 'restore'), 'preview': ('restore', 'preview'),
    'verify': ('verify', 'verify'), 'compare': ('compare', 'compare'),
}
EXIT_CODES = {'COMPLETED': 0, 'FAILED': 1, 'STOPPED': 3}
INVALID_REQUEST, ALREADY_RUNNING = 2, 4
# Mounts, logs and the lock of this instance.
STATE = '/var/lib/efs-to-efs'
# On EFS every call is a wait for the network. A client has 64 calls under way per mount at most (Linux, NFSv4.1 slots).
THREADS_PER_CPU = 32
MESSAGE_CHARACTERS, FAILED_PATHS_CHARACTERS = 1000, 6000
NUMBERS = (
    'files', 'directories', 'bytes', 'filesLinked', 'filesResumed', 'filesTransferred', 'bytesTransferred',
    'filesVanished', 'filesChangedDuringCopy', 'filesNotLinkable', 'pathsExcluded', 'partsResumed',
)


class Run:
    """What the parts of a run share."""

    def __init__(self, request, root, state, stop):
        self.request, self.run_id = request, request['runId']
        self.threads = request.get('threads') or THREADS_PER_CPU * (os.cpu_count() or 1)
        self.log = RunLog(os.path.join(state, 'logs', self.run_id))
        self.report = {}
        self.mounts = PlainDirectories(root) if root else EfsMounts(os.path.join(state, 'mounts'), self.log, self.report)
        self.outside = Files(root, request) if root else Aws(request, self.log)
        self.stop = stop
        self.counts = Counts(self.log)
        self.progress = Progress(self.counts, self.outside, self.stop)


def main(text, root=None, state=None):
    """
    Does what the request in base64 asks for and reports it: in the run's item, and as the last line of the output.
    Returns the exit code. A second start of the same request while the first works does nothing.
    """
    stop = Stop()
    stop.on_signals()
    at.prepare_process()
    try:
        request = decode(text)
    except InvalidRequest as error:
        return _say(_failed(error.reason, error.message), INVALID_REQUEST)
    state = state or root or STATE
    if request['action'] == 'stop':
        return _stop(request, state)
    try:
        with instance_lock(state, request['runId'], request['action']):
            return _work(request, root, state, stop)
    except AlreadyRunning:
        return ALREADY_RUNNING
    except OSError as error:  # the instance's own disk
        return _say(_failed('IoError', str(error)), EXIT_CODES['FAILED'])
    except WorkerError as error:
        return _say(_failed(error.reason, error.message), EXIT_CODES['FAILED'])


def _stop(request, state):
    try:
        was_running = stop_worker(state, request['runId'], request['waitSeconds'])
        return _say({'outcome': 'COMPLETED', 'wasRunning': was_running}, EXIT_CODES['COMPLETED'])
    except WorkerError as error:
        return _say(_failed(error.reason, error.message), EXIT_CODES['FAILED'])


def _work(request, root, state, stop):
    run = Run(request, root, state, stop)
    if request.get('stopAt'):
        run.stop.after((parse_time(request['stopAt']) - datetime.datetime.now(datetime.timezone.utc)).total_seconds())
    run.log.note('started', request=request, threads=run.threads)
    outcome = _outcome_of(request['action'], run)
    would_end = run.progress.expected_end() if outcome['outcome'] == 'STOPPED' else None
    if would_end:
        run.report['wouldEndAt'] = would_end
    run.progress.end()
    report = {
        **outcome, **{name: run.counts.get(name) for name in NUMBERS}, **run.report, 'phases': run.progress.phases,
        'failedFiles': run.counts.failures, 'failedPaths': shown(run.counts.failed_paths, FAILED_PATHS_CHARACTERS),
        'logUri': request['logUri'],
    }
    run.log.note('ended', report=report)
    run.outside.upload(run.log.directory)
    run.outside.update_item('workerReport', report)
    return _say(report, EXIT_CODES[report['outcome']])


def _outcome_of(action, run):
    try:
        module, function = ACTIONS[action]
        getattr(importlib.import_module(module), function)(run.request, run)
        return {'outcome': 'COMPLETED'}
    except Stopped:
        return {'outcome': 'STOPPED', 'reason': 'Stopped', 'message': 'Stopped before its end, cleanly.'}
    except WorkerError as error:
        return _failed(error.reason, error.message)
    except OSError as error:
        return _failed('OutOfSpace' if error.errno in at.NO_SPACE else 'IoError', str(error))
    except Exception as error:  # whatever happens, a report is owed
        import traceback
        run.log.note('defect', traceback=traceback.format_exc())
        return _failed('WorkerDefect', repr(error))


def _failed(reason, message):
    return {'outcome': 'FAILED', 'reason': reason, 'message': printable(message)[:MESSAGE_CHARACTERS]}


def _say(report, code):
    hold_signals()
    print('REPORT ' + json.dumps(report), flush=True)
    return code
