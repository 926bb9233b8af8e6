"""What of a copy is to be restored: all of it, a directory, or one file."""
import os

from errors import WorkerError
from manifest import join


class Selection:
    """
    The part of a copy below `sub_path` (from the copy's root), with paths relative to `data`, a directory in the copy.
    If sub_path names a file, `data` is its directory and the file is all there is. Throws SubPathNotFound.
    """

    def __init__(self, copy, manifest, sub_path):
        self._manifest = manifest
        self.copy_data = copy.data
        root = '/'.join(part for part in sub_path.split('/') if part not in ('', '.'))
        self._only = None
        if root not in manifest.directories():
            root, _, self._only = root.rpartition('/')
            if self._only not in manifest.entries(root):
                raise WorkerError('SubPathNotFound', 'The copy {} has no {}.'.format(copy.name, sub_path))
        self.root = root
        self.data = os.path.join(copy.data, root)

    @property
    def is_one_file(self):
        return self._only is not None

    def own_entry(self, directory):
        """The entry of a directory itself, by its path from the copy's root."""
        return self._manifest.entries(directory)['.']

    def directories(self):
        """The directories in it, each after the one that it is in; the first is ''."""
        if self._only is not None:
            return ['']
        prefix = self.root + '/' if self.root else ''
        below = sorted(path[len(prefix):] for path in self._manifest.directories() if path and path.startswith(prefix))
        return [''] + below

    def entries(self, directory):
        """The entries of a directory by name, with `.` for its own."""
        entries = self._manifest.entries(join(self.root, directory) if directory else self.root)
        for name in entries:
            if '/' in name or name in ('', '..'):
                raise WorkerError('CopyDamaged', 'The manifest has an impossible name: {!r}.'.format(name))
        return entries if self._only is None else {name: entries[name] for name in ('.', self._only)}
