"""A backup: one new copy of the source, complete before it is shown, then the old ones that are over the limit go."""
import datetime
import os

import at
from catalogue import SUSPECT, Catalogue, source_of
from copy_source import SourceCopy
from counts import shown
from errors import Stopped, WorkerError
from exclusion import Exclusion
from forecast import growth, next_run_seconds
from index import ScannedIndex
from manifest import INODE, LINKS, Journal, Manifest, ManifestWriter, join, split
from mounts import Place
from removal import remove_in
from suspicion import suspicions
from trees import Trees
from verify import damaged_among, sample
from work import Work

CATALOGUE_CHARACTERS = 3000
SUSPECT_DAYS = 30
FORMAT = 2
# Beside data/ in an unfinished copy; never part of a complete one.
LINKS_NAME, LARGE_NAME = 'links', 'large'


def back_up(request, run):
    """
    Writes a copy of the source as `<label>/copies/<time>.<interval>`. Throws WorkerError or Stopped; what was copied
    until then is kept in `incomplete`, and the next run of any interval of the label resumes it.
    """
    source_mount = run.mounts.mount(request['source']['fileSystemId'], True, 'SourceNotMounted')
    mount = run.mounts.mount(request['destination']['fileSystemId'], False, 'DestinationNotMounted')
    source = Place(source_mount, request['source']['path'], 'SourceNotFound')
    catalogue = Catalogue(mount.descriptor, request['folderLabel'])
    catalogue.prepare(request['interval'])
    with catalogue.lock():
        _refuse_another_source(catalogue, request['source'], run.log)
        if request.get('acceptShrunkCopy'):
            run.report['acceptedCopy'] = catalogue.accept(request['acceptShrunkCopy'])
        if request.get('discardIncomplete'):
            remove_in(catalogue.path, 'incomplete', run.threads, run.stop)
        copy, damaged, why = _write_copy(request, run, source, catalogue)
        run.report['copyName'] = copy.name
        run.report['copiedAt'] = copy.copied_at.isoformat(timespec='seconds')
        _tidy(request, run, catalogue, is_suspect=bool(why))
    if damaged:
        raise WorkerError(
            'CopyDamaged',
            '{} files of older copies are not what they were. The new copy, {}, is complete and has them from the '
            'source. Verify the older ones.'.format(damaged, copy.name),
        )
    if why:
        raise WorkerError(
            'CopySuspect',
            'The copy {} is complete, but {}. It replaces no other copy. If that is right, run a backup with '
            'acceptShrunkCopy: "{}"; otherwise it is removed after {} days.'.format(
                copy.name, ' and '.join(why), copy.name, SUSPECT_DAYS),
        )


def _tidy(request, run, catalogue, is_suspect):
    """Old copies go. The run has done its job by now: a stop leaves them for the next run to remove."""
    run.progress.phase('removing')
    catalogue.refresh_links(request['interval'], request['retain'])
    run.report['removedCopies'] = [] if is_suspect else catalogue.retire(request['interval'], request['retain'])
    run.report['removedSuspectCopies'] = catalogue.retire_suspect(SUSPECT_DAYS)
    try:
        for name in sorted(name for name, _ in at.names(catalogue.removing)):
            remove_in(catalogue.removing, name, run.threads, run.stop)
    except Stopped:
        run.log.note('removalStopped')
    run.report['copies'] = shown([copy.name for copy in catalogue.copies()], CATALOGUE_CHARACTERS)
    suspect = [copy.name for copy in catalogue.copies(with_suspect=True) if copy.is_suspect]
    if suspect:
        run.report['suspectCopies'] = shown(suspect, CATALOGUE_CHARACTERS)
    if catalogue.of_future():
        run.report['copiesOfFuture'] = shown(catalogue.of_future(), CATALOGUE_CHARACTERS)


def _refuse_another_source(catalogue, source, log):
    for copy in catalogue.copies(with_suspect=True):
        try:
            theirs = copy.facts()['source']
        except WorkerError as error:
            log.note('copyDamaged', copy=copy.name, message=error.message)
            continue
        if source_of(theirs) != source_of(source):
            raise WorkerError(
                'LabelOfAnotherSource', 'The folder label holds copies of {}, not of {}.'.format(theirs, source),
            )
        return


def _write_copy(request, run, source, catalogue):
    started = datetime.datetime.now(datetime.timezone.utc)
    run.progress.phase('preparing')
    base, base_manifest = _base(catalogue, run)
    incomplete = at.ensure_directory(catalogue.path, 'incomplete')
    journal, writer, journal_name = _journal(incomplete, run.stop)
    base_data = base.open_data() if base else None
    trees = Trees(source.descriptor, *[at.ensure_directory(incomplete, 'data'), base_data],
                  at.ensure_directory(incomplete, LINKS_NAME), at.ensure_directory(incomplete, LARGE_NAME))
    run.progress.phase('copying')
    exclusion = Exclusion(request.get('exclude', ()))
    work = Work(trees, base_manifest, journal, writer, started.timestamp(), exclusion, run.threads, run.stop, run.log)
    source_copy = SourceCopy(work, run)
    source_copy.run()
    if run.counts.failures:
        raise WorkerError(
            'PartialTransfer',
            '{} paths of the source could not be copied; the last: {}'.format(
                run.counts.failures, run.counts.last_failure),
        )
    source.check()
    run.progress.phase('verifying')
    for name in (LINKS_NAME, LARGE_NAME):
        remove_in(incomplete, name, run.threads, run.stop)
    damaged = _verify(incomplete, trees, journal_name, source_copy, request.get('verifySampleFiles', 0), run)
    digest = writer.close()
    run.progress.phase('publishing')
    facts = {name: run.counts.get(name) for name in ('files', 'directories', 'bytes')}
    facts.update({name: round(run.counts.get(name)) for name in ('distinctFiles', 'distinctBytes')})
    last = base.facts() if base else None
    why = suspicions(facts, last, run.counts.get('filesVanished'), request.get('shrinkLimits'))
    is_resumed = run.counts.get('filesResumed') + run.counts.get('partsResumed') > 0
    seconds = round(run.progress.seconds())
    forecast = {'growth': growth(facts, last), 'nextRunSeconds': next_run_seconds(facts, last, seconds, is_resumed)}
    forecast = {name: value for name, value in forecast.items() if value is not None}
    run.report.update(forecast)
    _close(incomplete, journal_name, digest, run.stop, {
        'format': FORMAT, 'runId': request['runId'], 'source': source_of(request['source']),
        'interval': request['interval'], 'startedAt': started.isoformat(timespec='milliseconds'),
        'finishedAt': datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='milliseconds'),
        **facts, **forecast, **({'seconds': seconds} if last and not is_resumed else {}), **({'exclude': request['exclude']} if request.get('exclude') else {}),
        **({'suspect': why} if why else {}),
    })
    # Once more: between the first look and this one, what is in the copy was read back.
    source.check()
    name = catalogue.name_for(started, request['interval'])
    at.close(incomplete)
    return catalogue.publish(name + SUSPECT if why else name), damaged, why


def _verify(incomplete, trees, journal_name, source_copy, sample_files, run):
    """
    Compares a sample of the new copy with its manifest. What is damaged comes from older copies, whose inodes it
    shares: it is copied anew from the source. Returns how many files that were.
    """
    if not sample_files:
        run.report['verifiedFiles'] = 0
        return 0
    manifest = _scanned(incomplete, journal_name, run.stop)
    files = sample(manifest, sample_files, run.run_id)
    run.report['verifiedFiles'] = len(files)
    damaged = damaged_among(trees.destination, files, run)
    if damaged:
        anew = _with_other_names(manifest, damaged)
        manifest.close()
        # A file of several names is copied by the first, and linked to it by the others.
        trees.links = at.ensure_directory(incomplete, LINKS_NAME)
        trees.large = at.ensure_directory(incomplete, LARGE_NAME)
        source_copy.copy_anew(anew)
        for name in (LINKS_NAME, LARGE_NAME):
            remove_in(incomplete, name, run.threads, run.stop)
        manifest = _scanned(incomplete, journal_name, run.stop)
        again = [(path, entry) for path, entry in ((path, _entry(manifest, path)) for path, _ in anew) if entry]
        if damaged_among(trees.destination, again, run):
            raise WorkerError('CopyDamaged', 'What is written to the destination does not read back as it was.')
    manifest.close()
    return len(damaged)


def _entry(manifest, path):
    directory, name = split(path)
    return manifest.entries(directory).get(name)


def _with_other_names(manifest, damaged):
    """The damaged files, with the other names of those that are hard-linked."""
    inodes = {entry[INODE] for _, entry in damaged if entry[LINKS] > 1}
    found = dict(damaged)
    for directory in manifest.directories() if inodes else ():
        for name, entry in manifest.entries(directory).items():
            if name != '.' and entry[LINKS] > 1 and entry[INODE] in inodes:
                found[join(directory, name)] = entry
    return sorted(found.items())


def _base(catalogue, run):
    """The newest complete copy of any interval whose manifest is what was written, and that manifest; or nothing."""
    for copy in catalogue.copies():
        try:
            return copy, copy.open_manifest(check=run.stop.check)
        except WorkerError as error:
            run.log.note('baseNotUsed', copy=copy.name, message=error.message)
    return None, None


def _journal(incomplete, stop):
    """What runs that were interrupted have noted, and where this one notes: the next number that no file has."""
    names = sorted(name for name, _ in at.names(incomplete) if name.startswith('journal.'))
    number = max((int(name[len('journal.'):]) for name in names if name[len('journal.'):].isdigit()), default=-1) + 1
    if at.status_or_none(incomplete, 'manifest') is not None:
        # A run that was killed while it published had called its journal so.
        names.append('journal.{:06d}'.format(number))
        at.rename(incomplete, 'manifest', incomplete, names[-1])
        number += 1
    journal = Journal([_sorted(incomplete, name, stop) for name in names])
    name = 'journal.{:06d}'.format(number)
    at.remove_if_there(at.unlink, incomplete, 'copy.json')
    at.remove_if_there(at.unlink, incomplete, 'index')
    return journal, ManifestWriter(at.create_file(incomplete, name)), name


def _scanned(directory, name, stop):
    descriptor = at.open_file(directory, name)
    return Manifest(descriptor, ScannedIndex(descriptor, stop.check))


def _sorted(directory, name, stop):
    descriptor = at.open_file(directory, name)
    return Manifest(descriptor, ScannedIndex(descriptor, stop.check).sorted())


def _close(incomplete, journal, digest, stop, facts):
    """Leaves in the copy's folder what a complete copy has: data, manifest, index, copy.json."""
    descriptor = at.open_file(incomplete, journal)
    index = ScannedIndex(descriptor, stop.check)
    at.close(descriptor)
    if index.sha256 != digest:
        raise WorkerError('CopyDamaged', 'The manifest does not read back as it was written.')
    at.rename(incomplete, journal, incomplete, 'manifest')
    for name, _ in at.names(incomplete):
        if name.startswith('journal.'):
            at.unlink(incomplete, name)
    with os.fdopen(at.create_file(incomplete, 'index'), 'wb') as file:
        index_digest = index.write(file)
        file.flush()
        at.flush(file.fileno())
    index.close()
    at.write_json(incomplete, 'copy.json', {**facts, 'manifestSha256': digest, 'indexSha256': index_digest})
