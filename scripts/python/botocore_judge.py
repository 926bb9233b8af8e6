"""Asks botocore's service models about the traffic of recorded runs: one JSON line an exchange on standard input.

Prints one JSON line for each kind of violation: {"about", "where", "what", "count", "example"}. Needs botocore only.
"""

import base64
import datetime
import io
import json
import re
import sys

import botocore.awsrequest
import botocore.parsers
import botocore.session
import botocore.validate

SESSION = botocore.session.get_session()
LOADER = SESSION.get_component('data_loader')
FOUND = {}


def models_by_service_id():
    # The SDK for JavaScript has EventBridge's older name, too.
    yield 'CloudWatch Events', 'events'
    for name in LOADER.list_available_services('service-2'):
        yield SESSION.get_service_model(name).metadata.get('serviceId'), name


def native(value):
    """The typed value behind the plain JSON of a recorded input."""
    if isinstance(value, dict):
        if set(value) == {'$date'}:
            return datetime.datetime.fromtimestamp(value['$date'] / 1000, datetime.timezone.utc)
        if set(value) == {'$bytes'}:
            return base64.b64decode(value['$bytes'])
        return {key: native(member) for key, member in value.items()}
    return [native(member) for member in value] if isinstance(value, list) else value


def note(about, where, what, example):
    entry = FOUND.setdefault((about, where, what), {'count': 0, 'example': repr(example)[:200]})
    entry['count'] += 1


def check_shape(about, path, shape, value):
    """What botocore's own validation leaves out: unknown members, patterns and enumerations."""
    if value is None:
        return
    if shape.type_name == 'structure' and isinstance(value, dict):
        for name, member in value.items():
            if name == 'ResponseMetadata':
                continue
            if name not in shape.members:
                note(about, path, f'unknown member {name}', member)
            else:
                check_shape(about, f'{path}.{name}', shape.members[name], member)
    elif shape.type_name == 'list' and isinstance(value, (list, tuple)):
        for member in value:
            check_shape(about, f'{path}[]', shape.member, member)
    elif shape.type_name == 'map' and isinstance(value, dict):
        for key, member in value.items():
            check_shape(about, f'{path}<key>', shape.key, key)
            check_shape(about, f'{path}{{}}', shape.value, member)
    elif shape.type_name == 'string' and isinstance(value, str):
        pattern = shape.metadata.get('pattern')
        if pattern and not matches(pattern, value):
            note(about, path, f'does not match {pattern}', value)
        if shape.metadata.get('enum') and value not in shape.metadata['enum']:
            note(about, path, 'is not in the enumeration', value)


def matches(pattern, value):
    try:
        return re.search(pattern, value) is not None
    except re.error:
        # Written for Java; Python's engine does not know it.
        return True


def check_request(operation, where, value):
    report = botocore.validate.ParamValidator().validate(value, operation.input_shape)
    if report.has_errors():
        for line in report.generate_report().split('\n'):
            note('request', where, re.sub(r'value: .*?, ', '', line)[:160], value)
    check_shape('request', where, operation.input_shape, value)


def spoken_protocol(model, content_type):
    """The newest model of CloudWatch names CBOR first; the SDK of the suite still speaks XML or JSON with it."""
    protocol = model.metadata['protocol']
    if 'cbor' not in protocol:
        return protocol
    return 'query' if content_type == 'text/xml' else 'json'


def check_answer(model, operation, where, exchange):
    parser = botocore.parsers.create_parser(spoken_protocol(model, exchange['headers'].get('content-type', '')))
    body = base64.b64decode(exchange['body'])
    # As botocore does: what is streamed is handed on, not read.
    is_streamed = exchange['status'] < 300 and operation.has_streaming_output
    response = {
        'status_code': exchange['status'],
        'headers': botocore.awsrequest.HeadersDict(exchange['headers']),
        'body': io.BytesIO(body) if is_streamed else body,
    }
    shape = operation.output_shape
    try:
        parsed = parser.parse(response, shape)
    except Exception as error:  # What cannot be read at all is the worst kind of answer.
        note('answer', where, f'cannot be parsed: {type(error).__name__}', error)
        return
    if exchange['status'] >= 400:
        code = parsed.get('Error', {}).get('Code', '')
        known = {error.metadata.get('error', {}).get('code', error.name) for error in operation.error_shapes}
        if not code:
            note('answer', where, 'is an error without a code', parsed)
        elif model.metadata['protocol'] not in ('ec2', 'query') and known and code not in known:
            note('answer', where, f'the operation does not declare {code}', code)
        return
    if shape is None:
        return
    parsed.pop('ResponseMetadata', None)
    if shape.serialization.get('payload') not in shape.members or not shape.members[shape.serialization['payload']].serialization:
        report = botocore.validate.ParamValidator().validate(parsed, shape)
        if report.has_errors():
            for line in report.generate_report().split('\n'):
                note('answer', where, re.sub(r'value: .*?, ', '', line)[:160], parsed)
    check_shape('answer', where, shape, parsed)


def main():
    names = dict(models_by_service_id())
    models = {}
    asked = set()
    exchanges = 0
    for line in sys.stdin:
        exchange = json.loads(line)
        exchanges += 1
        service_id = exchange['serviceId']
        name = names.get(service_id)
        if name is None:
            note('request', service_id, 'botocore knows no such service', service_id)
            continue
        model = models.setdefault(name, SESSION.get_service_model(name))
        where = f'{name}.{exchange["operation"]}'
        if exchange['operation'] not in model.operation_names:
            note('request', where, 'botocore knows no such operation', name)
            continue
        asked.add(where)
        operation = model.operation_model(exchange['operation'])
        if operation.input_shape is not None:
            check_request(operation, where, native(exchange['input']))
        check_answer(model, operation, where, exchange)
    print(json.dumps({'exchanges': exchanges, 'operations': len(asked)}))
    for (about, where, what), entry in sorted(FOUND.items()):
        print(json.dumps({'about': about, 'where': where, 'what': what, **entry}))


if __name__ == '__main__':
    main()
