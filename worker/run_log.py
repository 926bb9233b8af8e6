"""The log of a run: one JSON line per event, and the paths that failed or vanished in files of their own."""
import datetime
import json
import os
import threading

import at
from counts import printable


class RunLog:
    """Files in `directory`, which are uploaded when the run ends."""

    def __init__(self, directory):
        self.directory = at.own_directory(directory)
        self._lock = threading.Lock()
        self._files = {}

    def note(self, event, **facts):
        """One event, with its time."""
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='milliseconds')
        self._append('worker.jsonl', json.dumps({'time': now, 'event': event, **facts}))

    def path(self, list_name, path, why=None, **facts):
        """One path for a list of them, such as failed.jsonl."""
        said = {'path': printable(path), **({'why': printable(why)} if why else {}), **facts}
        self._append(list_name + '.jsonl', json.dumps(said))

    def _append(self, name, line):
        with self._lock:
            if name not in self._files:
                self._files[name] = at.own_file(os.path.join(self.directory, name), 'a')
            self._files[name].write(line + '\n')
            self._files[name].flush()
