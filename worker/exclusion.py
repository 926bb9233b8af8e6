"""What of a tree is left out: the worker's own artefacts always, and the paths that a request excludes."""
import re

from manifest import join

# What a restore leaves: its safety copy, and what it is writing. Never part of a copy, never moved by a restore.
SAFETY_PREFIX, UNFINISHED_PREFIX = '.replaced-by-', '.incomplete-'
OWN_PREFIXES = (SAFETY_PREFIX, UNFINISHED_PREFIX)


def is_own(name):
    """Whether an entry is one of the worker's own, by its name."""
    return name.startswith(OWN_PREFIXES)


class Exclusion:
    """
    Patterns of paths: `*` and `?` stand for anything within a name, `**` for any number of directories. A pattern with a
    `/` in front is of a path from the root, any other of a path at any depth. What is below an excluded directory is
    excluded too, as the walk never enters it.
    """

    def __init__(self, patterns=()):
        self._expression = re.compile('|'.join(map(_expression, patterns)), re.DOTALL) if patterns else None

    def excludes(self, directory, name):
        """Whether an entry of a directory is left out, by its path from the root."""
        if name.startswith(OWN_PREFIXES):
            return True
        return self._expression is not None and self._expression.fullmatch(join(directory, name)) is not None

    def excluded_in(self, directory, names):
        """Which of many names of a directory are left out."""
        if self._expression is None:
            return [name for name in names if name.startswith(OWN_PREFIXES)]
        return [name for name in names if name != '.' and self.excludes(directory, name)]


def _expression(pattern):
    is_anchored, pattern = pattern.startswith('/'), pattern.strip('/')
    parts = []
    for part in re.split(r'(\*\*/|\*\*|\*|\?)', pattern):
        parts.append({'**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]'}.get(part, re.escape(part)))
    return '(?:{}{})'.format('' if is_anchored else '(?:.*/)?', ''.join(parts))
