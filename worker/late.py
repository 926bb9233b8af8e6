"""Entries that are looked at once more when the walk is over: in a temporary database, as there may be many."""
import os
import threading

from scratch import scratch_database


class Late:
    """Names by directory. Several threads may add."""

    def __init__(self):
        self._lock = threading.Lock()
        self._database = scratch_database(
            'CREATE TABLE late (directory BLOB, name BLOB, PRIMARY KEY (directory, name)) WITHOUT ROWID')

    def add(self, directory, names):
        """Names of one directory."""
        with self._lock:
            self._database.executemany(
                'INSERT OR IGNORE INTO late VALUES (?, ?)', [(os.fsencode(directory), os.fsencode(name)) for name in names])

    def is_empty(self):
        with self._lock:
            return self._database.execute('SELECT 1 FROM late LIMIT 1').fetchone() is None

    def number(self):
        """How many names there are."""
        with self._lock:
            return self._database.execute('SELECT count(*) FROM late').fetchone()[0]

    def take(self, most):
        """Takes names out of one directory: a pair of the directory and its names, or None."""
        with self._lock:
            first = self._database.execute('SELECT directory FROM late LIMIT 1').fetchone()
            if first is None:
                return None
            rows = self._database.execute('SELECT name FROM late WHERE directory = ? LIMIT ?', (first[0], most)).fetchall()
            self._database.executemany(
                'DELETE FROM late WHERE directory = ? AND name = ?', [(first[0], name) for name, in rows])
        return os.fsdecode(first[0]), [os.fsdecode(name) for name, in rows]
