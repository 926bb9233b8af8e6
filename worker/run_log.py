"""The log of a run: one JSON line per event, and the paths that failed or vanished in files of their own."""
import datetime
import json
import os
import threading

from counts import printable


class RunLog:
    """Files in `directory`, which are uploaded when the run ends."""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory, mode=0o700, exist_ok=True)
        self._lock = threading.Lock()

    def note(self, event, **facts):
        """One event, with its time."""
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='milliseconds')
        self._append('worker.jsonl', json.dumps({'time': now, 'event': event, **facts}))

    def path(self, list_name, path, why=None):
        """One path for a list of them, such as failed.jsonl."""
        self._append(list_name + '.jsonl', json.dumps({'path': printable(path), **({'why': why} if why else {})}))

    def _append(self, name, line):
        with self._lock, open(os.path.join(self.directory, name), 'a', encoding='utf-8') as file:
            file.write(line + '\n')
