"""What of a copy is to be restored: all of it, a directory, or one file."""
import at
from errors import WorkerError
from manifest import join


class Selection:
    """
    The part of a copy below `sub_path` (from the copy's root), with paths relative to `root`, a directory in the copy.
    If sub_path names a file, `root` is its directory and the file is all there is. Throws SubPathNotFound.
    """

    def __init__(self, copy, manifest, sub_path, exclusion):
        self._manifest, self._exclusion = manifest, exclusion
        self._name = copy.name
        root = '/'.join(part for part in sub_path.split('/') if part not in ('', '.'))
        self.only = None
        if not manifest.has(root):
            root, _, self.only = root.rpartition('/')
            if self.only not in self.raw_entries(root):
                raise WorkerError('SubPathNotFound', 'The copy {} has no {}.'.format(copy.name, sub_path))
        self.root = root
        data = copy.open_data()
        try:
            self.data = at.open_down(data, root)
        except OSError as error:
            raise WorkerError('CopyDamaged', 'The copy {} has no {}: {}'.format(copy.name, root, error)) from error
        finally:
            at.close(data)

    @property
    def is_one_file(self):
        return self.only is not None

    def excludes(self, directory, name):
        """Whether an entry of a directory of the copy or of the target is left out; relative to the selection."""
        return self._exclusion.excludes(self._full(directory), name)

    def raw_entries(self, directory):
        """The entries of a directory by name, with `.` for its own, by its path from the copy's root."""
        try:
            return self._manifest.entries(directory)
        except ValueError as error:
            raise WorkerError('CopyDamaged', 'The manifest of {} cannot be used: {}'.format(self._name, error)) from error

    def entries(self, directory):
        """The same by its path relative to the selection, without what is left out."""
        entries = self.raw_entries(self._full(directory))
        if self.is_one_file:
            return {name: entries[name] for name in ('.', self.only) if name in entries}
        for name in self._exclusion.excluded_in(self._full(directory), entries):
            entries.pop(name)
        return entries

    def children(self, directory):
        """The names of the directories in a directory, without what is left out."""
        if self.is_one_file:
            return []
        found = self._manifest.children(self._full(directory))
        excluded = self._exclusion.excluded_in(self._full(directory), found)
        return [name for name in found if name not in excluded]

    def number_of_files(self):
        """How many files there are, as far as nothing is left out."""
        if self.is_one_file:
            return 1
        return sum(max(0, len(self.raw_entries(path)) - 1) for path in self._manifest.below(self.root))

    def _full(self, directory):
        return join(self.root, directory) if directory else self.root
