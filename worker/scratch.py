"""Temporary databases: what is too much for memory goes to the instance's own disk."""


def scratch_database(tables):
    """A database of SQLite, which deletes it by itself; `tables` makes its tables. Threads share it behind a lock of theirs."""
    # A restore to a new directory, and a verification, begin sooner without.
    import sqlite3
    # '' is a temporary database on disk.
    database = sqlite3.connect('', check_same_thread=False, isolation_level=None)
    database.executescript('PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;' + tables)
    return database
