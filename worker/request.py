"""What a run is asked to do: base64 of a JSON object, checked as a whole before anything is touched."""
import base64
import binascii
import datetime
import json
import re

from errors import InvalidRequest

ACTIONS = ('backup', 'restore', 'preview', 'verify', 'stop')

# EFS allows 177 hard links to a file; the copies of one interval must leave room for those of the others.
# https://docs.aws.amazon.com/efs/latest/ug/limits.html#limits-client-specific
MAXIMUM_RETAIN = 170

# The orchestrator has the same bound; SSM and the command line take more.
MOST_CHARACTERS = 20_000

RUN_ID = re.compile(r'[A-Za-z0-9][A-Za-z0-9._:-]{0,127}')
FILE_SYSTEM_ID = re.compile(r'fs-[0-9a-f]{8,40}')
LABEL = re.compile(r'[A-Za-z0-9][A-Za-z0-9_-]{0,63}')
REGION = re.compile(r'[a-z]{2}(-[a-z]+)+-\d')
TABLE = re.compile(r'[A-Za-z0-9_.-]{3,255}')
LOG_URI = re.compile(r's3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([A-Za-z0-9_./:-]*/)?')
TIME = re.compile(r'(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?')
DIGEST = re.compile(r'[0-9a-f]{64}')
COPY_NAME = re.compile(r'\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.[A-Za-z0-9][A-Za-z0-9_-]{0,63}(\.suspect)?')
MOST_PATTERNS = 100


def decode(text):
    """The request in base64 `text`. Throws InvalidRequest with every problem that it has."""
    if len(text) > MOST_CHARACTERS:
        problem = 'The request has {} characters of base64, more than {}.'
        raise InvalidRequest([problem.format(len(text), MOST_CHARACTERS)])
    try:
        request = json.loads(base64.b64decode(text, validate=True).decode('utf-8'))
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise InvalidRequest(['The request is not base64 of a JSON object: {}.'.format(error)])
    if not isinstance(request, dict):
        raise InvalidRequest(['The request is not a JSON object.'])
    problems = []
    action = request.get('action')
    if action not in ACTIONS:
        problems.append('action must be one of {}, not {!r}.'.format(', '.join(ACTIONS), action))
    else:
        _check(request, {**COMMON, **SHAPES[action]}, '', problems)
        _check_together(action, request, problems)
    if problems:
        raise InvalidRequest(problems)
    return request


def parse_time(text):
    """The time of an ISO 8601 text, in UTC and whole seconds; a text without offset is UTC. Throws ValueError."""
    match = TIME.fullmatch(text)
    if not match:
        raise ValueError(text)
    minute, second, _, offset = match.groups()
    zone = '+00:00' if offset in (None, 'Z') else offset
    time = datetime.datetime.fromisoformat(minute + (second or ':00') + zone)
    return time.astimezone(datetime.timezone.utc)


def _patterns(value):
    """Patterns of paths: see exclusion.py."""
    is_list = isinstance(value, list) and len(value) <= MOST_PATTERNS
    if not is_list or not all(isinstance(each, str) and 0 < len(each) <= 1024 and '\0' not in each for each in value):
        return 'must be at most {} patterns of paths'.format(MOST_PATTERNS)


def _limits(value):
    """How much less than the last good one a copy may have."""
    if not isinstance(value, dict) or not set(value) <= {'share', 'files'}:
        return 'must be {share, files}'
    share, files = value.get('share', 0), value.get('files', 0)
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 <= share <= 1:
        return 'share must be a number from 0 to 1'
    return _whole(0, 10 ** 12)(files)


def _text(pattern):
    def check(value):
        if not isinstance(value, str) or not pattern.fullmatch(value):
            return 'must match {}'.format(pattern.pattern)
    return check


def _whole(low, high):
    def check(value):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            return 'must be a whole number from {} to {}'.format(low, high)
    return check


def _boolean(value):
    if not isinstance(value, bool):
        return 'must be true or false'


def _one_of(*values):
    def check(value):
        if value not in values:
            return 'must be one of {}'.format(', '.join(map(str, values)))
    return check


def _time(value):
    try:
        parse_time(value)
    except (ValueError, TypeError):
        return 'must be an ISO 8601 time such as 2026-11-21T02:00:00Z'


def _path(value):
    """A path from the file system's root: nothing that could lead out of it."""
    if not isinstance(value, str) or not value.startswith('/') or '\0' in value:
        return 'must be a path that begins with /'
    if '..' in value.split('/'):
        return 'must not contain ..'


def _copy(value):
    keys = set(value) - {'interval'} if isinstance(value, dict) else None
    if keys == {'name'} and set(value) == keys:
        return _text(COPY_NAME)(value['name'])
    if keys not in ({'newest'}, {'index'}, {'at'}) or (keys == {'index'} and 'interval' not in value):
        return 'must be {newest: true}, {interval, index}, {at} or {name}; newest and at may name an interval'
    problems = [
        'interval {}'.format(problem) for problem in [_text(LABEL)(value.get('interval', 'any'))] if problem
    ]
    if 'newest' in keys and value['newest'] is not True:
        problems.append('newest must be true')
    if 'index' in keys:
        problems += ['index {}'.format(problem) for problem in [_whole(0, 10_000)(value['index'])] if problem]
    if 'at' in keys:
        problems += ['at {}'.format(problem) for problem in [_time(value['at'])] if problem]
    return ' and '.join(problems)


FILE_SYSTEM = {'fileSystemId': (_text(FILE_SYSTEM_ID), True)}
PLACE = {**FILE_SYSTEM, 'path': (_path, True)}
COMMON = {
    'runId': (_text(RUN_ID), True),
    'action': (_one_of(*ACTIONS), True),
    'region': (_text(REGION), True),
    'tableName': (_text(TABLE), True),
    'logUri': (_text(LOG_URI), True),
    'threads': (_whole(0, 1024), False),
}
RESTORE = {
    'backup': (FILE_SYSTEM, True),
    'target': (PLACE, True),
    'folderLabel': (_text(LABEL), True),
    'copy': (_copy, True),
    'subPath': (_path, False),
    'mode': (_one_of('newDirectory', 'inPlace'), True),
    'deleteExtra': (_boolean, False),
    'exclude': (_patterns, False),
    'previewDigest': (_text(DIGEST), False),
    'runTime': (_time, True),
    'stopAt': (_time, False),
}
SHAPES = {
    'backup': {
        'source': (PLACE, True),
        'destination': (FILE_SYSTEM, True),
        'folderLabel': (_text(LABEL), True),
        'interval': (_text(LABEL), True),
        'retain': (_whole(1, MAXIMUM_RETAIN), True),
        'stopAt': (_time, False),
        'verifySampleFiles': (_whole(0, 10_000_000), False),
        'exclude': (_patterns, False),
        'acceptShrunkCopy': (_text(COPY_NAME), False),
        'discardIncomplete': (_boolean, False),
        'shrinkLimits': (_limits, False),
    },
    'restore': RESTORE,
    'preview': RESTORE,
    'verify': {
        'backup': (FILE_SYSTEM, True),
        'folderLabel': (_text(LABEL), True),
        'copy': (_copy, True),
        'sampleFiles': (_whole(0, 1_000_000_000), False),
        'stopAt': (_time, False),
    },
    'stop': {'waitSeconds': (_whole(1, 3600), True)},
}


def _check(value, shape, prefix, problems):
    if not isinstance(value, dict):
        problems.append('{} must be an object.'.format(prefix.rstrip('.')))
        return
    for key in sorted(set(value) - set(shape), key=str):
        problems.append('{}{} is not known.'.format(prefix, key))
    for key, (check, is_required) in shape.items():
        if value.get(key) is None:
            if is_required:
                problems.append('{}{} is missing.'.format(prefix, key))
        elif isinstance(check, dict):
            _check(value[key], check, '{}{}.'.format(prefix, key), problems)
        else:
            problem = check(value[key])
            if problem:
                problems.append('{}{} {}, not {!r}.'.format(prefix, key, problem, value[key]))


def _check_together(action, request, problems):
    if problems:
        return
    if action == 'backup' and request['source']['fileSystemId'] == request['destination']['fileSystemId']:
        problems.append('source and destination are the same file system.')
    if action == 'restore' and request['mode'] == 'inPlace' and not request.get('previewDigest'):
        problems.append('A restore in place needs previewDigest, which a preview reports.')
    if request.get('mode') == 'inPlace' and request['target']['fileSystemId'] == request['backup']['fileSystemId']:
        problems.append('A restore in place cannot go to the file system that holds the copies.')
    if request.get('deleteExtra') and request['mode'] != 'inPlace':
        problems.append('deleteExtra is for restores in place.')
