"""A restore: of a chosen copy, into a new directory or in place; and the preview that a restore in place needs."""
import collections
import itertools
import os
import stat

from catalogue import Catalogue, is_label
from copier import LINKED, NEW, SMALL, Copier, Item
from counts import printable
from directories import keep_attributes, keeps_xattrs
from errors import WorkerError
from manifest import INODE, LINKS, MD5, MODE, NAME, SIZE, is_copy_of, join
from mounts import inside
from plan import Plan
from rsync import Rsync
from selection import Selection
from small_files import SmallFiles
from tasks import run_tasks
from verify import md5_of


def restore(request, run):
    """Throws WorkerError or Stopped. A bad choice is found before the target is mounted for writing."""
    copy, selection = _chosen(request, run)
    target = _target(request, run, is_read_only=True)
    if request['mode'] == 'newDirectory':
        target = _target(request, run, is_read_only=False)
        _restore_to_new(request, run, copy, selection, target)
    else:
        plan = _planned(request, run, copy, selection, target)
        if plan.digest() != request['previewDigest']:
            raise WorkerError(
                'PreviewOutdated',
                'The target or the copies have changed since the preview: nothing was touched. Make a new preview.',
            )
        target = _target(request, run, is_read_only=False)
        _restore_in_place(request, run, selection, target, plan)


def preview(request, run):
    """What a restore with the same request would do. Nothing is changed; plan.jsonl of the logs has every path."""
    copy, selection = _chosen(request, run)
    target = _target(request, run, is_read_only=True)
    if request['mode'] == 'newDirectory':
        run.report['restoredTo'] = _new_name(request, copy)
        run.report['creates'] = _number_of_files(selection)
        return
    plan = _planned(request, run, copy, selection, target)
    run.report.update(plan.report())
    plan.write(run.log)


def _chosen(request, run):
    mount = run.mounts.mount(request['backup']['fileSystemId'], True, 'BackupNotMounted')
    copy = Catalogue(mount, request['folderLabel']).choose(request['copy'])
    run.report['copyName'] = copy.name
    run.report['copiedAt'] = copy.copied_at.isoformat(timespec='seconds')
    return copy, Selection(copy, copy.open_manifest(), request.get('subPath', '/'))


def _target(request, run, is_read_only):
    mount = run.mounts.mount(request['target']['fileSystemId'], is_read_only, 'TargetNotMounted')
    target = inside(mount, request['target']['path'], 'TargetNotFound')
    place = target
    while len(place) >= len(mount):
        if is_label(place):
            raise WorkerError('TargetHoldsCopies', 'Nothing is restored to where copies are: they never change.')
        place = os.path.dirname(place)
    return target


def _new_name(request, copy):
    return 'restored-{}-{}'.format(copy.name, request['runId'])


def _restore_to_new(request, run, copy, selection, target):
    name = _new_name(request, copy)
    final, work = os.path.join(target, name), os.path.join(target, '.incomplete-' + name)
    if os.path.lexists(final):
        raise WorkerError('TargetExists', '{} exists already: this run has restored it.'.format(name))
    run.report['restoredTo'] = printable(os.path.join(request['target']['path'], os.path.basename(work)))
    run.progress.phase('copying')
    os.makedirs(work, mode=0o700, exist_ok=True)
    directories = selection.directories()
    _make_directories(directories[1:], work, run, exist_ok=True)
    items = (
        (path, entry) for path in directories for name, entry in selection.entries(path).items() if name != '.'
    )
    _copy(items, _number_of_files(selection), selection, work, run)
    _close_directories(directories, selection, work, run)
    _check_failures(run)
    os.rename(work, final)
    run.report['restoredTo'] = printable(os.path.join(request['target']['path'], name))


def _planned(request, run, copy, selection, target):
    run.progress.phase('planning')
    root, missing = _root_in_place(selection, target)
    is_origin = copy.facts()['source'] == request['target']
    plan = Plan(selection, root, is_origin, request.get('deleteExtra', False), run)
    plan.make(not missing)
    return plan


def _root_in_place(selection, target):
    """Where a restore in place goes to, and which directories on the way there, and of it, do not exist."""
    root, missing = target + ('/' + selection.root if selection.root else ''), []
    parts = selection.root.split('/') if selection.root else []
    for path in ('/'.join(parts[:count]) for count in range(1, len(parts) + 1)):
        if not os.path.lexists(target + '/' + path):
            missing.append(path)
        elif os.path.islink(target + '/' + path) or not os.path.isdir(target + '/' + path):
            raise WorkerError('TargetNotFound', '/{} is no directory on the target.'.format(path))
    return root, missing


def _restore_in_place(request, run, selection, target, plan):
    root, missing = _root_in_place(selection, target)
    place = request['target']['path'].rstrip('/') + ('/' + selection.root if selection.root else '')
    run.report['restoredTo'] = printable(place) or '/'
    run.progress.phase('keeping')
    for path in missing:
        os.mkdir(target + '/' + path, 0o700)
    if plan.replaced:
        safety = os.path.join(root, plan.safety_name(request['runId']))
        os.mkdir(safety, 0o700)
        run.report['safetyCopy'] = printable(os.path.join(place, os.path.basename(safety)))
        run_tasks(plan.replaced, lambda action: _keep(action, root, safety), run.threads, run.stop)
    run.progress.phase('copying')
    _make_directories(plan.new_directories, root, run, exist_ok=False)
    # Every file of the plan is written anew and renamed into its place, also where only its mode differs: the inode
    # that is there may be known under other names, outside of what is restored, and in the safety copy.
    _copy(plan.files(), len(plan.files()), selection, root, run, '--ignore-times')
    if not selection.is_one_file:
        _close_directories(selection.directories(), selection, root, run)
    for path in reversed(missing):
        for problem in keep_attributes(selection.copy_data, target, path, selection.own_entry(path), False):
            run.counts.fail(path, problem)
    _check_failures(run)


def _keep(action, root, safety):
    """Puts what is replaced or deleted into the safety copy. A file that is replaced stays in its place until then."""
    path, kind, is_deleted = action
    kept = safety + '/' + path
    os.makedirs(os.path.dirname(kept), mode=0o700, exist_ok=True)
    if stat.S_ISREG(kind) and not is_deleted:
        try:
            os.link(root + '/' + path, kept)
            return
        except OSError:
            pass  # as many links as the file system allows: then it has to leave its place
    os.rename(root + '/' + path, kept)


def _number_of_files(selection):
    return sum(len(selection.entries(path)) - 1 for path in selection.directories())


def _make_directories(paths, root, run, exist_ok):
    """Makes directories in parallel, each after the one that it is in."""
    def depth(path):
        return path.count('/')

    def make(path):
        try:
            os.mkdir(root + '/' + path, 0o700)
        except FileExistsError:
            if not exist_ok:
                raise

    for _, level in itertools.groupby(sorted(paths, key=depth), depth):
        run_tasks(list(level), make, run.threads, run.stop)


def _copy(found, number, selection, target, run, *options):
    """Copies `number` files of the copy, and checks that each is what the manifest says, with its content."""
    def judge(item, copy, md5):
        if copy is None or not is_copy_of(copy, item.entry):
            return None
        wanted = item.entry[MD5]
        if wanted and stat.S_ISREG(item.entry[MODE]) and (md5 or md5_of(target + '/' + item.path, run.stop)) != wanted:
            run.counts.fail(item.path, 'the copy has another content than its manifest says')
            return False
        return item.entry

    def done(_, entries):
        run.progress.add(len(entries) / number)
        run.counts.add(files=len(entries), bytes=sum(entry[SIZE] for entry in entries if stat.S_ISREG(entry[MODE])))

    with_xattrs = keeps_xattrs(selection.data, target, run.log)
    rsync = Rsync(selection.data, target, with_xattrs, run.stop)
    ways = {NEW: rsync.way(*options), LINKED: rsync.way('--hard-links', *options)}
    if not options:
        ways[SMALL] = SmallFiles(selection.data, target, with_xattrs, run.stop).copy
    copier = Copier(ways, target, run, judge, done)
    linked = collections.defaultdict(list)
    try:
        for directory, entry in found:
            item = Item(directory, entry, join(directory, entry[NAME]))
            # All files of a copy are hard links, to those of other copies: the manifest knows which the source had.
            if entry[LINKS] > 1:
                linked[entry[INODE]].append(item)
            else:
                copier.add(NEW, [item])
        for items in linked.values():
            copier.add(LINKED if len(items) > 1 else NEW, items)
    except BaseException as error:
        copier.abandon(error)
        raise
    copier.finish()


def _close_directories(directories, selection, target, run):
    with_xattrs = keeps_xattrs(selection.data, target, run.log)

    def close(path):
        for problem in keep_attributes(selection.data, target, path, selection.entries(path)['.'], with_xattrs):
            run.counts.fail(path or '.', problem)

    run_tasks(list(directories), close, run.threads, run.stop)


def _check_failures(run):
    if run.counts.failures:
        raise WorkerError(
            'PartialTransfer',
            '{} files could not be restored as the copy has them, the others are at {}; the last: {}'.format(
                run.counts.failures, run.report['restoredTo'], run.counts.last_failure),
        )
