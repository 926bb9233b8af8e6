"""What a run has done so far, counted where it is done."""
import json
import threading
import unicodedata

MOST_PATHS_REPORTED = 100
# Controls, signs without a form (direction of writing, width, tags), halves of pairs, and separators of lines.
UNPRINTABLE = ('Cc', 'Cf', 'Cs', 'Zl', 'Zp')


class Counts:
    """Numbers by name, the phases with their seconds, and the paths that failed or vanished."""

    def __init__(self, log):
        self._lock = threading.Lock()
        self._log = log
        self._values = {}
        self.failed_paths, self.failures = [], 0
        self.last_failure = ''

    def add(self, **amounts):
        with self._lock:
            for name, amount in amounts.items():
                self._values[name] = self._values.get(name, 0) + amount

    def get(self, name):
        return self._values.get(name, 0)

    def vanish(self, path):
        """A file that was there when its directory was read, and is not any more."""
        self.add(filesVanished=1)
        self._log.path('vanished', path)

    def leave_out(self, path, why):
        """A path that is not copied, as it is excluded or the worker's own."""
        self.add(pathsExcluded=1)
        self._log.path('excluded', path, why)

    def change(self, path):
        """A file that others wrote to while it was copied; counted with the copied ones."""
        self._log.path('changed', path)

    def fail(self, path, why):
        """A file that is there and could not be copied."""
        with self._lock:
            self.failures += 1
            self.last_failure = '{}: {}'.format(path, why)
            if len(self.failed_paths) < MOST_PATHS_REPORTED:
                self.failed_paths.append(path)
        self._log.path('failed', path, why)


def shown(paths, characters):
    """The first paths as text, at most 100 and as many as fit: SSM hands on 24,000 characters of output in all."""
    texts = []
    for text in map(printable, paths[:MOST_PATHS_REPORTED]):
        characters -= len(json.dumps(text)) + 2
        if characters < 0:
            break
        texts.append(text)
    return texts


def printable(path):
    """
    A path as text that any system takes and any terminal shows as it is: what is no UTF-8, control characters and signs
    that change the direction of writing are written as escapes.
    """
    text = path.encode('utf-8', 'surrogateescape').decode('utf-8', 'backslashreplace')
    return ''.join(_escape(ord(sign)) if unicodedata.category(sign) in UNPRINTABLE else sign for sign in text)


def _escape(code):
    if code < 0x100:
        return '\\x{:02x}'.format(code)
    return '\\u{:04x}'.format(code) if code < 0x10000 else '\\U{:08x}'.format(code)
