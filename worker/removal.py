"""Removing trees in parallel, one call a file: users of the predecessor waited 18 hours for `rm -rf` on EFS."""
import threading

import at
from tasks import run_tasks, settle

PART_FILES = 500


def remove_in(directory, name, threads, stop):
    """
    Removes the directory `name` of an open directory and all in it, never following a link, to any depth. Throws Stopped
    with the rest still there; to repeat it is harmless. Returns how many files were removed.
    """
    removed = [0]
    lock = threading.Lock()

    def remove_empty(node):
        at.close(node.descriptor)
        at.remove_if_there(at.remove_directory, node.parent.descriptor if node.parent else directory, node.name)

    def remove_files(node, names):
        for each in names:
            stop.check()
            at.remove_if_there(at.unlink, node.descriptor, each)
        with lock:
            removed[0] += len(names)
        settle(node, lock, remove_empty)

    def read(node):
        parent = node.parent
        try:
            node.descriptor = at.open_directory(parent.descriptor if parent else directory, node.name)
        except OSError as error:
            if error.errno not in at.GONE:
                raise
            if parent:
                settle(parent, lock, remove_empty)
            return []
        entries = at.names(node.descriptor, stop.check)
        files = [each for each, is_directory in entries if not is_directory]
        parts = [files[start:start + PART_FILES] for start in range(0, len(files), PART_FILES)]
        children = [_Node(node, each) for each, is_directory in entries if is_directory]
        node.open = len(parts) + len(children) + 1
        settle(node, lock, remove_empty)
        return [(read, child) for child in children] + [(remove_files, node, part) for part in parts]

    run_tasks([(read, _Node(None, name))], lambda task: task[0](*task[1:]), threads, stop)
    return removed[0]


class _Node:
    __slots__ = ('parent', 'name', 'descriptor', 'open')

    def __init__(self, parent, name):
        self.parent, self.name, self.descriptor, self.open = parent, name, None, 1
