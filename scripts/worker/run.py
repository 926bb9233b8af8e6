"""One run of the worker, from its request to its report."""
import datetime
import errno
import json
import os

from backup import back_up
from counts import Counts
from errors import InvalidRequest, Stopped, WorkerError
from mounts import EfsMounts, PlainDirectories
from outside import Aws, Files
from progress import Progress
from request import decode, parse_time
from run_log import RunLog
from stopping import Stop

EXIT_CODES = {'COMPLETED': 0, 'FAILED': 1, 'STOPPED': 3}
INVALID_REQUEST = 2
LOGS = '/var/log/efs-to-efs'
ACTIONS = {'backup': back_up}
# AWS's own rule for the worker's threads, kept from the predecessor.
THREADS_PER_CPU = 16


class Run:
    """What the parts of a run share."""

    def __init__(self, request, root):
        self.run_id = request['runId']
        self.threads = request.get('threads') or THREADS_PER_CPU * (os.cpu_count() or 1)
        self.mounts = PlainDirectories(root) if root else EfsMounts()
        self.log = RunLog(os.path.join(os.path.join(root, 'logs') if root else LOGS, self.run_id))
        self.outside = Files(root, request) if root else Aws(request, self.log)
        self.stop = Stop()
        self.counts = Counts(self.log)
        self.progress = Progress(self.counts, self.outside)
        self.report = {}


def main(text, root):
    """Does what the request asks for and reports it. Returns the exit code."""
    try:
        request = decode(text)
    except InvalidRequest as error:
        return _say({'outcome': 'FAILED', 'reason': error.reason, 'message': error.message}, INVALID_REQUEST)
    run = Run(request, root)
    run.stop.on_signals()
    if request.get('stopAt'):
        run.stop.after((parse_time(request['stopAt']) - datetime.datetime.now(datetime.timezone.utc)).total_seconds())
    run.log.note('started', request=request, threads=run.threads)
    report = _outcome_of(ACTIONS[request['action']], request, run)
    run.progress.end()
    report = _report(report, run, request)
    run.log.note('ended', report=report)
    run.outside.upload(run.log.directory)
    run.outside.update_item('workerReport', report)
    return _say(report, EXIT_CODES[report['outcome']])


def _outcome_of(action, request, run):
    try:
        action(request, run)
        return {'outcome': 'COMPLETED'}
    except Stopped:
        return {'outcome': 'STOPPED', 'reason': 'Stopped', 'message': 'The run was stopped; the next one goes on from there.'}
    except WorkerError as error:
        return {'outcome': 'FAILED', 'reason': error.reason, 'message': error.message}
    except OSError as error:
        reason = 'OutOfSpace' if error.errno in (errno.ENOSPC, errno.EDQUOT) else 'IoError'
        return {'outcome': 'FAILED', 'reason': reason, 'message': str(error)}
    except Exception as error:  # a report is owed whatever happens
        import traceback
        run.log.note('defect', traceback=traceback.format_exc())
        return {'outcome': 'FAILED', 'reason': 'WorkerDefect', 'message': repr(error)}


def _report(outcome, run, request):
    numbers = ('files', 'directories', 'bytes', 'filesLinked', 'filesResumed', 'filesTransferred', 'bytesTransferred',
               'filesVanished', 'filesChangedDuringCopy', 'filesNotLinkable')
    return {
        **outcome, **{name: run.counts.get(name) for name in numbers}, **run.report, 'phases': run.progress.phases,
        'failedFiles': run.counts.failures, 'failedPaths': run.counts.failed_paths, 'logUri': request['logUri'],
    }


def _say(report, code):
    print('REPORT ' + json.dumps(report), flush=True)
    return code
