"""What a walk works on: the roots, and a directory that is open in each of them."""

# The mode in which the worker makes directories: only root can enter them.
PRIVATE = 0o700


class Trees:
    """The roots, as descriptors: of the source, the copy, and the base's data or None."""

    def __init__(self, source, destination, base, links, large):
        self.source, self.destination, self.base = source, destination, base
        # Directories of the worker's own beside the copy: a name for each hard-linked file, and unfinished large files.
        self.links, self.large = links, large


class Node:
    """
    A directory that is being worked on, by its path from the root. It is open in the source, in the copy and in the base
    as long as anything in it is left to do (`open`, a number); then it gets its attributes: `own`, its entry, and `xattrs`.

    previous: the base's entries by name; lines: those of its manifest that have them. mode: what its copy has. existing: what the copy has already, left by an interrupted run; done: what that
    run noted of it. is_late: what fails now has failed.
    """

    __slots__ = (
        'parent', 'path', 'source', 'destination', 'base', 'own', 'xattrs', 'previous', 'lines', 'mode', 'done',
        'existing', 'open', 'is_late',
    )

    def __init__(self, parent, path, source, is_late=False):
        self.parent, self.path, self.source, self.is_late = parent, path, source, is_late
        self.destination = self.base = self.own = None
        self.xattrs = {}
        self.previous, self.done, self.existing = {}, {}, frozenset()
        self.lines, self.mode = None, PRIVATE
        self.open = 1
