"""
One walk in several processes, as Python lets one thread of a process compute at a time: one process a processor, each with
threads of its own for the time in which the file system lets them wait.

Each has a part of the tree: it begins with a directory, and hands over directories that wait when another has nothing left
to do. This process hands out directories, writes the manifest and counts; a file is in the manifest once it is in the copy,
as if there were one process. The processes end with this one, however it ends, and hold the instance's lock until then.

What goes through their pipes is lines: those of the manifest, which begin with `[`, and JSON objects.
"""
import contextlib
import ctypes
import fcntl
import json
import os
import signal
import threading
import time

from errors import Stopped, WorkerError
from manifest import line_of
from stopping import SIGNALS, Stop
from tasks import Tasks

PR_SET_PDEATHSIG, F_SETPIPE_SZ = 1, 1031
PIPE_BYTES = 2 ** 20
# How often a process tells what it has counted, and looks whether it can hand over what another waits for.
NEWS_SECONDS, HAND_OVER_SECONDS = 0.5, 0.01
MOST_HANDED_OVER = 32
# Lines go together, as each message wakes the leader: with the next news, or when there are so many.
MOST_LINE_BYTES = 2 ** 16
POLL_SECONDS = 0.1


def walk_in_processes(work, share, most_threads):
    """
    Walks in a process for each processor, with so many threads in all. `work` has the counts, and takes what the others
    tell. `share(news, stop)` is called in each of the others, and gives its part in the walk: `begin` makes the task of a
    directory, `hand_over` makes of such a task what `begin` is called with in another process. Returns whether there could
    be several. Throws the first error of any of them, or Stopped; none is running any more then.
    """
    number = min(len(os.sched_getaffinity(0)), most_threads)
    if number == 1:
        return False
    threads = max(1, most_threads // number)
    leader = _Leader(work, share)
    for _ in range(number):
        try:
            leader.start(threads)
        except OSError:
            # As many as the machine has memory for.
            break
    return leader.lead()


class _Process:
    def __init__(self, pid, to, descriptor):
        self.pid, self.to, self.descriptor = pid, to, descriptor
        self.wants, self.is_idle, self.is_asked, self.has_ended, self.is_gone = False, False, False, False, False
        # How many directories it was given.
        self.given = 0


class _Leader:
    """The process that hands out directories and notes what the others have done."""

    def __init__(self, work, share):
        self._work, self._share = work, share
        self._changed = threading.Condition()
        self._processes = []
        # What `Walk.begin` is called with.
        self._waiting = [('', False, 1.0)]
        self._error, self._is_stopping = None, False

    def start(self, threads):
        """Starts a process. Before any thread listens: a fork takes along what other threads hold."""
        (commands, to), (descriptor, news) = os.pipe(), os.pipe()
        with contextlib.suppress(OSError):
            for each in (to, news):
                fcntl.fcntl(each, F_SETPIPE_SZ, PIPE_BYTES)
        leader = os.getpid()
        try:
            pid = os.fork()
        except OSError:
            for each in (commands, to, descriptor, news):
                os.close(each)
            raise
        if pid == 0:
            try:
                for each in (to, descriptor, *[end for other in self._processes for end in (other.to, other.descriptor)]):
                    os.close(each)
                _Follower(self._share, commands, news).follow(leader, threads)
            finally:
                os._exit(0)
        os.close(commands)
        os.close(news)
        self._processes.append(_Process(pid, to, descriptor))

    def lead(self):
        if not self._processes:
            return False
        listeners = [threading.Thread(target=self._listen, args=(each,), daemon=True) for each in self._processes]
        for listener in listeners:
            listener.start()
        with self._changed:
            while not all(each.is_gone for each in self._processes):
                if self._work.stop.is_set():
                    self._stop_all()
                self._changed.wait(POLL_SECONDS)
        for each, listener in zip(self._processes, listeners):
            listener.join()
            os.close(each.to)
        if self._error:
            raise self._error
        if self._is_stopping:
            raise Stopped()
        return True

    def _listen(self, process):
        rest = b''
        for text in iter(lambda: os.read(process.descriptor, PIPE_BYTES), b''):
            lines, _, rest = (rest + text).rpartition(b'\n')
            try:
                self._note(process, lines.split(b'\n') if lines else ())
            except Exception as error:
                # What it has to say is read to its end, as it would wait for that.
                self._fail(error)
        os.close(process.descriptor)
        _, status = os.waitpid(process.pid, 0)
        with self._changed:
            process.is_gone = True
            if not process.has_ended:
                how = 'was ended from outside, by signal {}'.format(status) if status < 256 else 'has ended without a word'
                self._fail(WorkerError('IoError', 'A process of the worker {}: see the log of the kernel.'.format(how)))
            self._changed.notify_all()

    def _note(self, process, lines):
        """Lines of the manifest are written in as few calls as can be: each is a wait for the file system."""
        manifest = [line for line in lines if line.startswith(b'[')]
        if manifest:
            self._work.writer.append_lines(b'\n'.join(manifest) + b'\n')
        for line in lines:
            if line.startswith(b'{'):
                self._heed(process, json.loads(line))

    def _heed(self, process, news):
        work = self._work
        for facts in news.get('late', ()):
            work.late.add(*facts)
        for facts in news.get('linked', ()):
            work.linked.add(*facts)
        for kind, *arguments in news.get('paths', ()):
            getattr(work.counts, kind)(*arguments)
        if 'counts' in news:
            work.counts.add(**news['counts'])
            work.progress.add(news['share'])
            work.stop.checked_at = max(work.stop.checked_at, news['checkedAt'])
        with self._changed:
            self._waiting += news.get('handedOver', ())
            process.is_asked = process.is_asked and 'handedOver' not in news
            # Unless something is on its way to it.
            if news.get('wants') == process.given:
                process.wants, process.is_idle = True, news['isIdle']
            process.has_ended = process.has_ended or 'hasEnded' in news
            if news.get('error') and news['error'][0] != 'Stopped':
                self._fail(WorkerError(*news['error']))
            self._hand_out()

    def _hand_out(self):
        """Gives what waits to the processes that want it; asks the others if nothing does; ends all if all are idle."""
        for process in self._processes:
            if process.wants and self._waiting:
                process.wants = process.is_idle = False
                process.given += 1
                _tell(process, {'begin': self._waiting.pop(0)})
        if all(process.is_idle for process in self._processes):
            for process in self._processes:
                _tell(process, {'end': True})
        elif any(process.wants for process in self._processes):
            for process in self._processes:
                if not process.wants and not process.is_asked:
                    process.is_asked = True
                    _tell(process, {'handOver': True})

    def _fail(self, error):
        with self._changed:
            self._error = self._error or error
            self._stop_all()

    def _stop_all(self):
        if not self._is_stopping:
            self._is_stopping = True
            for process in self._processes:
                _tell(process, {'stop': True})


def _tell(process, command):
    with contextlib.suppress(BrokenPipeError):
        os.write(process.to, json.dumps(command).encode('ascii') + b'\n')


class _Follower:
    """A process that walks what it is given, and tells the leader what is noted."""

    def __init__(self, share, commands, news):
        self._commands = commands
        self._news = News(news)
        self._stop = Stop()
        self._walk = share(self._news, self._stop)
        self._tasks = Tasks([], self._do, self._stop, on_want=self._want)
        self._is_asked, self._looked_at = False, 0.0
        self._hand_over_lock = threading.Lock()

    def follow(self, leader, threads):
        for number in SIGNALS:
            # The leader is who ends it.
            signal.signal(number, signal.SIG_IGN)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != leader:
            return
        for each in (self._obey, self._tell_news):
            threading.Thread(target=each, daemon=True).start()
        error = None
        try:
            self._tasks.run(threads)
        except Stopped:
            error = ('Stopped', '')
        except WorkerError as thrown:
            error = (thrown.reason, thrown.message)
        except OSError as thrown:
            error = ('IoError', str(thrown))
        except Exception as thrown:
            error = ('WorkerDefect', repr(thrown))
        self._news.tell(self._stop, hasEnded=True, error=error)

    def _obey(self):
        with os.fdopen(self._commands, 'rb') as file:
            for line in file:
                command = json.loads(line)
                if 'begin' in command:
                    self._tasks.add([self._walk.begin(*command['begin'])])
                elif 'handOver' in command:
                    self._is_asked = True
                elif 'stop' in command:
                    self._stop.set()
                    self._tasks.end(Stopped())
                else:
                    self._tasks.end()
        # The leader is gone.
        os._exit(1)

    def _tell_news(self):
        while True:
            time.sleep(NEWS_SECONDS)
            self._news.tell_what_is_new(self._stop)

    def _want(self, given, is_idle):
        self._news.tell(self._stop, wants=given, isIdle=is_idle)

    def _do(self, task):
        if self._is_asked:
            self._hand_over()
        return task[0](*task[1:])

    def _hand_over(self):
        """Gives half of what waits to the leader, the oldest, which have the most below them."""
        if time.monotonic() < self._looked_at + HAND_OVER_SECONDS or not self._hand_over_lock.acquire(blocking=False):
            return
        try:
            self._looked_at = time.monotonic()
            handed_over, kept = [], []
            for task in self._tasks.oldest(MOST_HANDED_OVER):
                begin = self._walk.hand_over(task)
                kept += [] if begin else [task]
                handed_over += [begin] if begin else []
            self._tasks.put_back(kept)
            if handed_over:
                self._is_asked = False
                self._news.tell(self._stop, handedOver=handed_over)
        finally:
            self._hand_over_lock.release()


class News:
    """What a process tells the leader. To its walk it is the manifest's writer, the counts and the progress."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._counts, self._share, self._lists, self._checked_at = {}, 0.0, {}, 0.0
        self._lines, self._bytes = [], 0

    def append(self, directory, entries):
        self.append_lines(line_of(directory, entries))

    def append_lines(self, lines):
        with self._lock:
            self._lines.append(lines)
            self._bytes += len(lines)
            if self._bytes >= MOST_LINE_BYTES:
                self._write_lines()

    def _write_lines(self):
        lines, self._lines, self._bytes = self._lines, [], 0
        self._write(b''.join(lines))

    def add(self, share=None, **amounts):
        """An amount of each count, or a share of the walk."""
        with self._lock:
            self._share += share or 0.0
            for name, amount in amounts.items():
                self._counts[name] = self._counts.get(name, 0) + amount

    def vanish(self, path):
        self.list('paths', 'vanish', path)

    def leave_out(self, path, why):
        self.list('paths', 'leave_out', path, why)

    def fail(self, path, why):
        self.list('paths', 'fail', path, why)

    def change(self, path):
        self.list('paths', 'change', path)

    def list(self, name, *facts):
        with self._lock:
            self._lists.setdefault(name, []).append(facts)

    def tell_what_is_new(self, stop):
        """Nothing where nothing happened: a hung file system is not to look as if there were news."""
        with self._lock:
            is_new = self._counts or self._share or self._lists or stop.checked_at != self._checked_at
        if is_new:
            self.tell(stop)

    def tell(self, stop, **facts):
        with self._lock:
            self._checked_at = stop.checked_at
            news = {
                'counts': self._counts, 'share': self._share, 'checkedAt': stop.checked_at, **self._lists,
                **{name: value for name, value in facts.items() if value is not None},
            }
            self._counts, self._share, self._lists = {}, 0.0, {}
            self._write_lines()
            self._write(json.dumps(news).encode('ascii') + b'\n')

    def _write(self, line):
        while line:
            line = line[os.write(self._descriptor, line):]


class Told:
    """What the leader has under this name, as a process has it: `add` is called there."""

    def __init__(self, news, name):
        self._news, self._name = news, name

    def add(self, *facts):
        self._news.list(self._name, *facts)
