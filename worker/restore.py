"""A restore: of a chosen copy, into a new directory or in place; and the preview that a restore in place needs."""
import os

import at
from catalogue import Catalogue, is_label, source_of
from counts import printable
from errors import WorkerError
from exclusion import UNFINISHED_PREFIX, Exclusion
from mounts import Place
from placing import InPlace, NewDirectory
from plan import Plan
from removal import remove_in
from selection import Selection

STAGING_PREFIX = UNFINISHED_PREFIX + 'staging-'


def restore(request, run):
    """Throws WorkerError or Stopped. A bad choice is found before the target is mounted for writing."""
    copy, selection = _chosen(request, run)
    target = _target(request, run, is_read_only=True)
    if request['mode'] == 'newDirectory':
        _restore_to_new(request, run, copy, selection, _target(request, run, is_read_only=False))
        return
    plan = _planned(request, run, copy, selection, target)
    if plan.digest() != request['previewDigest']:
        raise WorkerError(
            'PreviewOutdated',
            'The target or the copies have changed since the preview: nothing was touched. Make a new preview.',
        )
    _restore_in_place(request, run, selection, _target(request, run, is_read_only=False), plan)


def preview(request, run):
    """What a restore with the same request would do. Nothing is changed; plan.jsonl of the logs has every path."""
    copy, selection = _chosen(request, run)
    target = _target(request, run, is_read_only=True)
    if request['mode'] == 'newDirectory':
        run.report['restoredTo'] = _new_name(request, copy)
        run.report['creates'] = selection.number_of_files()
        return
    plan = _planned(request, run, copy, selection, target)
    run.report.update(plan.report())
    plan.write(run.log)


def _chosen(request, run):
    mount = run.mounts.mount(request['backup']['fileSystemId'], True, 'BackupNotMounted')
    copy = Catalogue(mount.descriptor, request['folderLabel']).choose(request['copy'])
    run.report['copyName'] = copy.name
    run.report['copiedAt'] = copy.copied_at.isoformat(timespec='seconds')
    if copy.is_suspect:
        run.report['isSuspect'] = True
    manifest = copy.open_manifest(is_whole=False, check=run.stop.check)
    exclusion = Exclusion(request.get('exclude', ()))
    return copy, Selection(copy, manifest, request.get('subPath', '/'), exclusion)


def _target(request, run, is_read_only):
    mount = run.mounts.mount(request['target']['fileSystemId'], is_read_only, 'TargetNotMounted')
    target = Place(mount, request['target']['path'], 'TargetNotFound')
    names = [name for name in target.path.split('/') if name not in ('', '.')]
    for count in range(len(names) + 1):
        descriptor = at.open_down(mount.descriptor, '/'.join(names[:count]))
        try:
            if is_label(descriptor):
                raise WorkerError('TargetHoldsCopies', 'Nothing is restored to where copies are: they never change.')
        finally:
            at.close(descriptor)
    return target


def _new_name(request, copy):
    return 'restored-{}-{}'.format(copy.name, request['runId'])


def _restore_to_new(request, run, copy, selection, target):
    name = _new_name(request, copy)
    unfinished = UNFINISHED_PREFIX + name
    for each in (name, unfinished):
        if at.status_or_none(target.descriptor, each) is not None:
            raise WorkerError('TargetExists', '{} exists already: this run has restored it.'.format(each))
    run.report['restoredTo'] = printable(os.path.join(request['target']['path'], unfinished))
    run.progress.phase('copying')
    _remove_old_staging(target.descriptor, run)
    work = at.make_private_directory(target.descriptor, unfinished)
    with _Staging(target.descriptor, STAGING_PREFIX + request['runId'], run) as staging:
        restoring = NewDirectory(selection, work, staging, selection.number_of_files(), run)
        restoring.run()
    restoring.close_root()
    _check_failures(run)
    if at.status_or_none(target.descriptor, name) is not None:
        raise WorkerError('TargetExists', '{} was made by another program meanwhile.'.format(name))
    at.rename(target.descriptor, unfinished, target.descriptor, name)
    found = at.status(target.descriptor, name)
    if (found.st_dev, found.st_ino) != at.identity(work):
        raise WorkerError('PartialTransfer', 'Another directory was put in the place of {}.'.format(unfinished))
    run.report['restoredTo'] = printable(os.path.join(request['target']['path'], name))


def _planned(request, run, copy, selection, target):
    run.progress.phase('planning')
    root, missing = _root_in_place(selection, target)
    is_origin = source_of(copy.facts()['source']) == source_of(request['target'])
    plan = Plan(selection, None if missing else root, is_origin, request.get('deleteExtra', False), run)
    plan.make()
    at.close(root)
    return plan


def _root_in_place(selection, target):
    """
    Where a restore in place goes to: the deepest directory on the way there that exists, open, and the paths of those
    that do not. Throws TargetNotFound if something else is in the way.
    """
    descriptor = at.open_down(target.descriptor, '')
    names = selection.root.split('/') if selection.root else []
    for count, name in enumerate(names):
        above = descriptor
        try:
            descriptor = at.open_directory(above, name)
        except OSError as error:
            if at.status_or_none(above, name) is None:
                return above, ['/'.join(names[:end]) for end in range(count + 1, len(names) + 1)]
            message = '/{} is no directory on the target.'.format('/'.join(names[:count + 1]))
            raise WorkerError('TargetNotFound', message) from error
        at.close(above)
    return descriptor, []


def _restore_in_place(request, run, selection, target, plan):
    root, missing = _root_in_place(selection, target)
    place = request['target']['path'].rstrip('/') + ('/' + selection.root if selection.root else '')
    run.report['restoredTo'] = printable(place) or '/'
    run.progress.phase('copying')
    staging_name, safety_name = STAGING_PREFIX + request['runId'], plan.safety_name(request['runId'])
    for name in (staging_name, safety_name):
        if at.status_or_none(root, name) is not None:
            raise WorkerError('TargetExists', '{} exists already: this run has begun before. Make a new preview.'.format(name))
    _remove_old_staging(root, run)
    made = []
    for path in missing:
        root = at.make_private_directory(root, path.rpartition('/')[2])
        made.append((path, root))
    safety = None
    if plan.needs_safety_copy():
        safety = at.make_private_directory(root, safety_name)
        run.report['safetyCopy'] = printable(os.path.join(place, safety_name))
    with _Staging(root, staging_name, run) as staging:
        restoring = InPlace(selection, root, staging, safety, plan, run)
        restoring.run()
    restoring.close_root()
    for path, descriptor in reversed(made):
        _close_missing(selection, path, descriptor, run)
    if plan.kept():
        run.report['keptPaths'] = [printable(path) for path in plan.kept()[:100]]
        for path in plan.kept():
            run.counts.fail(path, 'it holds copies, or what a restore has left, which is never moved')
    _check_failures(run)


def _close_missing(selection, path, descriptor, run):
    """The attributes of a directory above what is restored, which was gone too."""
    if path == selection.root:
        return
    entry = selection.raw_entries(path)['.']
    try:
        at.set_attributes(descriptor, entry[2], entry[3], entry[1] & 0o7777, entry[5])
    except OSError as error:
        run.counts.fail(path, str(error))


def _remove_old_staging(root, run):
    """What a restore that was killed was writing beside its place: it has other names where it belongs, or none."""
    for name, is_directory in at.names(root):
        if is_directory and name.startswith(STAGING_PREFIX):
            status = at.status_or_none(root, name)
            if status is not None and status.st_uid == os.geteuid():
                remove_in(root, name, run.threads, run.stop)


class _Staging:
    """A directory that only root can enter, in which new entries are made complete; removed at the end."""

    def __init__(self, directory, name, run):
        self._directory, self._name, self._run = directory, name, run

    def __enter__(self):
        return at.make_private_directory(self._directory, self._name)

    def __exit__(self, kind, error, trace):
        if kind is None:
            remove_in(self._directory, self._name, self._run.threads, self._run.stop)


def _check_failures(run):
    if run.counts.failures:
        raise WorkerError(
            'PartialTransfer',
            '{} paths could not be restored as the copy has them, the others are at {}; the last: {}'.format(
                run.counts.failures, run.report['restoredTo'], run.counts.last_failure),
        )
