"""A backup: one new copy of the source, complete before it is shown, then the old ones that are over the limit go."""
import datetime
import json
import os

from catalogue import Catalogue
from counts import shown
from errors import Stopped, WorkerError
from manifest import Manifest, ManifestWriter
from mounts import inside
from removal import remove_tree
from verify import damaged_among, sample
from walk import Walk

CATALOGUE_CHARACTERS = 3000


def back_up(request, run):
    """
    Writes a copy of the source as `<label>/copies/<time>.<interval>`. Throws WorkerError or Stopped; what was copied
    until then is kept in `incomplete`, and the next run of any interval of the label goes on from there.
    """
    source_mount = run.mounts.mount(request['source']['fileSystemId'], True, 'SourceNotMounted')
    mount = run.mounts.mount(request['destination']['fileSystemId'], False, 'DestinationNotMounted')
    source = inside(source_mount, request['source']['path'], 'SourceNotFound')
    catalogue = Catalogue(mount, request['folderLabel'])
    catalogue.prepare(request['interval'])
    with catalogue.lock():
        _refuse_another_source(catalogue, request['source'], run.log)
        copy, damaged = _write_copy(request, run, source, catalogue)
        run.report['copyName'] = copy.name
        run.report['copiedAt'] = copy.copied_at.isoformat(timespec='seconds')
        # From here on the run has done its job: a stop leaves old copies for the next run to remove.
        run.progress.phase('removing')
        catalogue.refresh_links(request['interval'], request['retain'])
        run.report['removedCopies'] = catalogue.retire(request['interval'], request['retain'])
        try:
            for name in sorted(os.listdir(catalogue.removing)):
                remove_tree(os.path.join(catalogue.removing, name), run.threads, run.stop)
        except Stopped:
            run.log.note('removalStopped')
        run.report['copies'] = shown([copy.name for copy in catalogue.copies()], CATALOGUE_CHARACTERS)
    if damaged:
        raise WorkerError(
            'CopyDamaged',
            '{} files of older copies are not what they were. The new copy, {}, is complete and has them from the '
            'source. Verify the older ones.'.format(damaged, copy.name),
        )


def _refuse_another_source(catalogue, source, log):
    for copy in catalogue.copies():
        try:
            theirs = copy.facts()['source']
        except WorkerError as error:
            log.note('copyDamaged', copy=copy.name, message=error.message)
            continue
        if theirs != source:
            raise WorkerError(
                'LabelOfAnotherSource', 'The folder label holds copies of {}, not of {}.'.format(theirs, source),
            )
        return


def _write_copy(request, run, source, catalogue):
    started = datetime.datetime.now(datetime.timezone.utc)
    run.progress.phase('preparing')
    base, base_manifest = _base(catalogue, run.log)
    journal, writer = _journal(catalogue.incomplete)
    data = os.path.join(catalogue.incomplete, 'data')
    run.progress.phase('copying')
    walk = Walk(source, data, base, base_manifest, journal, writer, run, started.timestamp())
    walk.run()
    if run.counts.failures:
        raise WorkerError(
            'PartialTransfer',
            '{} files of the source could not be copied; the last: {}'.format(
                run.counts.failures, run.counts.last_failure),
        )
    run.progress.phase('verifying')
    damaged = _verify(data, writer, walk, request.get('verifySampleFiles', 0), run)
    digest = writer.close()
    if Manifest(writer.path).sha256 != digest:
        raise WorkerError('CopyDamaged', 'The manifest does not read back as it was written.')
    run.progress.phase('publishing')
    _close(catalogue.incomplete, writer.path, {
        'format': 1, 'runId': request['runId'], 'source': request['source'], 'interval': request['interval'],
        'startedAt': started.isoformat(timespec='milliseconds'),
        'finishedAt': datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='milliseconds'),
        **{name: run.counts.get(name) for name in ('files', 'directories', 'bytes')}, 'manifestSha256': digest,
    })
    return catalogue.publish(catalogue.name_for(started, request['interval'])), damaged


def _verify(data, writer, walk, sample_files, run):
    """
    Compares a sample of the new copy with its manifest. What is damaged comes from older copies, whose inodes it
    shares: it is copied anew from the source. Returns how many files that were.
    """
    files = sample(Manifest(writer.path), sample_files, run.run_id)
    run.report['verifiedFiles'] = len(files)
    damaged = damaged_among(data, files, run)
    if damaged:
        walk.copy_anew(damaged)
        manifest = Manifest(writer.path)
        again = [(path, manifest.entries(path.rpartition('/')[0])[path.rpartition('/')[2]]) for path, _ in damaged]
        if damaged_among(data, again, run):
            raise WorkerError('CopyDamaged', 'What is written to the destination does not read back as it was.')
    return len(damaged)


def _base(catalogue, log):
    """The newest complete copy of any interval whose manifest is what was written, or nothing."""
    for copy in catalogue.copies():
        try:
            return copy.data, copy.open_manifest()
        except WorkerError as error:
            log.note('baseNotUsed', copy=copy.name, message=error.message)
    return None, None


def _journal(incomplete):
    """What runs that were interrupted have noted, and where this one notes."""
    os.makedirs(incomplete, mode=0o700, exist_ok=True)
    names = sorted(name for name in os.listdir(incomplete) if name.startswith('journal.') or name == 'manifest')
    journal = Journal([Manifest(os.path.join(incomplete, name)) for name in names])
    return journal, ManifestWriter(os.path.join(incomplete, 'journal.{:06d}'.format(len(names))))


class Journal:
    """The manifests of the interrupted runs of one copy, oldest first."""

    def __init__(self, manifests):
        self._manifests = manifests

    def entries(self, directory):
        found = {}
        for manifest in self._manifests:
            found.update(manifest.entries(directory))
        return found


def _close(incomplete, journal, facts):
    """Leaves in the copy's folder what a complete copy has: data, manifest, copy.json."""
    os.rename(journal, os.path.join(incomplete, 'manifest'))
    for name in os.listdir(incomplete):
        if name.startswith('journal.'):
            os.unlink(os.path.join(incomplete, name))
    with open(os.path.join(incomplete, 'copy.json'), 'w', encoding='utf-8') as file:
        json.dump(facts, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
