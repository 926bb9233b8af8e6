"""
Copying the whole source: a walk in several processes, then what needs one: files with several names, whose names may be
anywhere, and what is looked at once more.
"""
import threading

import at
from late import Late
from manifest import LINKS, file_bytes, split
from tasks import run_tasks
from walk import PART_FILES, Walk
from walkers import Told, walk_in_processes


class SourceCopy:
    """Of the source of `work`, whose counts and progress are the run's. Throws what stopped it, or Stopped."""

    def __init__(self, work, run):
        self._work, self._threads, self._stop = work, run.threads, run.stop
        work.counts, work.progress = run.counts, run.progress
        work.late, work.linked = Late(), Late()
        self._walk = Walk(work)

    def run(self):
        if not walk_in_processes(self._work, self._share, self._threads):
            self._run_tasks([self._walk.begin('', False, 1.0)])
        number = self._work.linked.number()
        if number:
            self._work.progress.phase('linking', share=0.0)
            self._take(self._work.linked, False, 1 / number)
        self._take(self._work.late, True)

    def _share(self, news, stop):
        """The part of another process in the walk."""
        work = self._work
        work.stop, work.lock = stop, threading.Lock()
        work.counts = work.writer = work.progress = news
        work.late, work.linked = Told(news, 'late'), Told(news, 'linked')
        return Walk(work)

    def copy_anew(self, paths):
        """
        Takes files out of the copy and copies them from the source: damaged ones that were linked from the base. All
        names of a hard-linked file go together.
        """
        work = self._work
        work.base = None
        self._walk.hard_links.reset(work.trees.links)
        for path, entry in paths:
            directory, name = split(path)
            descriptor = at.open_down(work.trees.destination, directory)
            try:
                at.remove_if_there(at.unlink, descriptor, name)
            finally:
                at.close(descriptor)
            links = max(1, entry[LINKS])
            work.counts.add(
                files=-1, bytes=-file_bytes(entry), distinctFiles=-1 / links, distinctBytes=-file_bytes(entry) / links)
            work.writer.append(directory, [[name, 0, 0, 0, 0, 0, 0, 0, 0, None]])
            work.late.add(directory, [name])
        self._take(work.late, True)

    def _run_tasks(self, tasks):
        run_tasks(tasks, lambda task: task[0](*task[1:]), self._threads, self._stop)

    def _take(self, names, is_late, share=0.0):
        """Takes all names of a store, some directories at a time. Each name is worth `share` of the phase."""
        groups = []
        while True:
            group = names.take(PART_FILES)
            if group:
                groups.append(group)
            if groups and (group is None or len(groups) == self._threads):
                self._run_tasks([(self._walk.take_group, *each, is_late) for each in groups])
                self._work.progress.add(share * sum(len(each) for _, each in groups))
                groups = []
            if group is None:
                # What was being done may have added more.
                if names.is_empty():
                    return
