"""
What a run is asked to do: base64 of a JSON object, checked as a whole before anything is touched. request.json has its
shape, as a JSON Schema; this knows the keywords that are used there. No object takes a key that it does not name.
"""
import base64
import binascii
import datetime
import json
import pkgutil
import re

from errors import InvalidRequest

SCHEMA = json.loads(pkgutil.get_data(__name__, 'request.json').decode('utf-8'))

# The orchestrator has the same bound; SSM and the command line take more.
MOST_CHARACTERS = 20_000

TIME = re.compile(r'(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?')
TYPES = {'string': str, 'boolean': bool, 'integer': int, 'number': (int, float), 'array': list, 'object': dict}


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
    shapes = _shapes()
    action = request.get('action')
    # A list or an object is no key of a dict.
    if not isinstance(action, str) or action not in shapes:
        raise InvalidRequest(['action must be one of {}, not {!r}.'.format(', '.join(shapes), action)])
    problems = list(_problems(request, shapes[action], '')) or list(_together(action, request))
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


def _shapes():
    """The schema of a whole request, by action."""
    shapes = {}
    common = [_resolved(each) for each in SCHEMA['allOf']]
    for each in map(_resolved, SCHEMA['oneOf']):
        parts = [*common, each]
        whole = {
            'type': 'object',
            'properties': {key: value for part in parts for key, value in part['properties'].items()},
            'required': [key for part in parts for key in part['required']],
        }
        shapes.update((action, whole) for action in each['properties']['action']['enum'])
    return shapes


def _resolved(schema):
    return SCHEMA['$defs'][schema['$ref'].rpartition('/')[2]] if '$ref' in schema else schema


def _problems(value, schema, name):
    """What is wrong with a value, in sentences that begin with its name."""
    schema = _resolved(schema)
    if schema.get('type') == 'object' and isinstance(value, dict):
        prefix = name + '.' if name else ''
        for key in sorted(set(value) - set(schema['properties']), key=str):
            yield '{}{} is not known.'.format(prefix, key)
        for key, each in schema['properties'].items():
            if value.get(key) is not None:
                yield from _problems(value[key], each, prefix + key)
            elif key in schema['required']:
                yield '{}{} is missing.'.format(prefix, key)
            elif name and key in value:
                yield '{}{} is null.'.format(prefix, key)
    elif not _fits(value, schema):
        yield '{} {}, not {!r}.'.format(name, _rule(schema), value)


def _fits(value, schema):
    """Whether a value that is no object, or may be one of several, is as the schema says."""
    if 'oneOf' in schema:
        return sum(isinstance(value, dict) and not any(_problems(value, each, '')) for each in schema['oneOf']) == 1
    if 'enum' in schema:
        return any(value == each and type(value) is type(each) for each in schema['enum'])
    # Python's booleans are numbers.
    if not isinstance(value, TYPES[schema['type']]) or (isinstance(value, bool) and schema['type'] != 'boolean'):
        return False
    if schema['type'] == 'string':
        return re.fullmatch(schema['pattern'], value) is not None and ('isTime' not in schema or _is_time(value))
    if schema['type'] == 'array':
        return len(value) <= schema['maxItems'] and all(_fits(each, schema['items']) for each in value)
    return schema['type'] in ('boolean', 'object') or schema['minimum'] <= value <= schema['maximum']


def _is_time(text):
    try:
        parse_time(text)
        return True
    except ValueError:
        return False


def _rule(schema):
    """What a value must be, in words."""
    if 'must' in schema:
        return schema['must']
    if 'enum' in schema:
        return 'must be one of {}'.format(', '.join(map(str, schema['enum'])))
    if schema['type'] == 'string':
        return 'must match {}'.format(schema['pattern'])
    if schema['type'] in ('integer', 'number'):
        kind = 'whole number' if schema['type'] == 'integer' else 'number'
        return 'must be a {} from {} to {}'.format(kind, schema['minimum'], schema['maximum'])
    return {'boolean': 'must be true or false', 'object': 'must be an object'}[schema['type']]


def _together(action, request):
    """What is wrong with keys that are right each by itself."""
    if action == 'backup' and request['source']['fileSystemId'] == request['destination']['fileSystemId']:
        yield 'source and destination are the same file system.'
    if action == 'restore' and request['mode'] == 'inPlace' and not request.get('previewDigest'):
        yield 'A restore in place needs previewDigest, which a preview reports.'
    if request.get('mode') == 'inPlace' and request['target']['fileSystemId'] == request['backup']['fileSystemId']:
        yield 'A restore in place cannot go to the file system that holds the copies.'
    if request.get('deleteExtra') and request['mode'] != 'inPlace':
        yield 'deleteExtra is for restores in place.'
