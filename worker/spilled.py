"""The entries of a directory that is too large for memory, in a temporary database on the instance's own disk."""
import json
import os
import threading

from scratch import scratch_database


class SpilledEntries:
    """Entries by name, like a dict as far as it is used as one. Several threads may use it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._database = scratch_database(
            'PRAGMA cache_size = -2000; CREATE TABLE entries (name BLOB PRIMARY KEY, entry TEXT) WITHOUT ROWID')

    def update(self, entries):
        """Adds entries by name, or replaces them."""
        with self._lock:
            self._database.execute('BEGIN')
            self._database.executemany(
                'INSERT OR REPLACE INTO entries VALUES (?, ?)',
                ((os.fsencode(name), json.dumps(entry)) for name, entry in entries.items()))
            self._database.execute('COMMIT')

    def get(self, name):
        row = self._one('SELECT entry FROM entries WHERE name = ?', os.fsencode(name))
        return json.loads(row[0]) if row else None

    def __getitem__(self, name):
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name):
        return self._one('SELECT 1 FROM entries WHERE name = ?', os.fsencode(name)) is not None

    def __len__(self):
        return self._one('SELECT count(*) FROM entries')[0]

    def pop(self, name, default=None):
        found = self.get(name)
        with self._lock:
            self._database.execute('DELETE FROM entries WHERE name = ?', (os.fsencode(name),))
        return default if found is None else found

    def items(self):
        """Pairs of name and entry, some at a time."""
        after = b''
        while True:
            with self._lock:
                rows = self._database.execute(
                    'SELECT name, entry FROM entries WHERE name > ? ORDER BY name LIMIT 500', (after,)).fetchall()
            for name, entry in rows:
                yield os.fsdecode(name), json.loads(entry)
            if not rows:
                return
            after = rows[-1][0]

    def __iter__(self):
        return (name for name, _ in self.items())

    def _one(self, query, *values):
        with self._lock:
            return self._database.execute(query, values).fetchone()
