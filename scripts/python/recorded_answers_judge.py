"""Holds the answers of recorded runs against answers that AWS gave to the same operations.

Usage: recorded_answers_judge.py RECORDINGS, with one JSON line an exchange on standard input. Compares the members: one
that every answer of AWS has and none of the runs' answers, and one whose value is of another kind. Prints one JSON line a
service: {"service", "asked", "agree", "differ", "gap", "from", "to", "differences"}. Needs botocore only.
"""

import base64
import collections
import datetime
import email.utils
import json
import pathlib
import sys

import botocore.awsrequest
import botocore.parsers
import botocore.session

from botocore_judge import SESSION, models_by_service_id, spoken_protocol

KINDS = {bool: 'boolean', int: 'number', float: 'number', str: 'text', datetime.datetime: 'time'}


class Members:
    """What answers have: by the path of a member, how often its parent was there, and how often it."""

    def __init__(self):
        self.parents = collections.Counter()
        self.seen = collections.Counter()
        self.kinds = collections.defaultdict(set)

    def add(self, path, value):
        if isinstance(value, dict) and value.get('__class__') == 'datetime':
            self.kinds[path].add('time')
        elif isinstance(value, dict):
            self.parents[path] += 1
            for name, member in value.items():
                if member is not None:
                    self.seen[f'{path}.{name}'] += 1
                    self.add(f'{path}.{name}', member)
        elif isinstance(value, (list, tuple)):
            for member in value:
                self.add(f'{path}[]', member)
        else:
            self.kinds[path].add(KINDS.get(type(value), type(value).__name__))

    def always(self):
        return {path for path, count in self.seen.items() if count == self.parents[path.rpartition('.')[0]]}


def recorded_answers(folder):
    """By operation, the answers of AWS with the years in which they were given."""
    answers = collections.defaultdict(list)
    for file in sorted(pathlib.Path(folder).glob('cloud-custodian/*/*.json')):
        recorded = json.loads(file.read_text())
        data = recorded.get('data', {})
        if recorded.get('status_code') != 200:
            continue
        headers = data.pop('ResponseMetadata', {}).get('HTTPHeaders', {})
        date = email.utils.parsedate(headers.get('date', ''))
        answers[file.name.rsplit('_', 1)[0]].append((date and str(date[0]), data))
    return answers


def parsed_answers():
    names = dict(models_by_service_id())
    for line in sys.stdin:
        exchange = json.loads(line)
        name = names.get(exchange['serviceId'])
        if exchange['status'] >= 300 or name is None:
            continue
        model = SESSION.get_service_model(name)
        operation = model.operation_model(exchange['operation'])
        if operation.output_shape is None or operation.has_streaming_output:
            continue
        parser = botocore.parsers.create_parser(spoken_protocol(model, exchange['headers'].get('content-type', '')))
        answer = parser.parse({
            'status_code': exchange['status'],
            'headers': botocore.awsrequest.HeadersDict(exchange['headers']),
            'body': base64.b64decode(exchange['body']),
        }, operation.output_shape)
        answer.pop('ResponseMetadata', None)
        yield f'{model.endpoint_prefix}.{exchange["operation"]}', answer


def main():
    ours = collections.defaultdict(Members)
    for operation, answer in parsed_answers():
        ours[operation].add(operation, answer)
    services = {}
    for operation, answers in recorded_answers(sys.argv[1]).items():
        service = services.setdefault(operation.split('.')[0], {
            'asked': 0, 'agree': 0, 'differ': 0, 'gap': 0, 'years': set(), 'differences': [],
        })
        if operation not in ours:
            service['gap'] += 1
            continue
        theirs = Members()
        for year, data in answers:
            service['years'].add(year)
            theirs.add(operation, data)
        for path in sorted(theirs.always()):
            if path.rpartition('.')[0] not in ours[operation].parents:
                continue
            service['asked'] += 1
            kinds = ours[operation].kinds[path], theirs.kinds[path]
            if ours[operation].seen[path] == 0:
                service['differences'].append(f'{path} is in every answer of AWS ({len(answers)}) and in none of ours')
            elif kinds[0] and kinds[1] and not kinds[0] & kinds[1]:
                service['differences'].append(f'{path} is {"/".join(kinds[1])} in answers of AWS, and {"/".join(kinds[0])} in ours')
    for name, service in sorted(services.items()):
        years = sorted(year for year in service.pop('years') if year)
        service['differ'] = len(service['differences'])
        service['agree'] = service['asked'] - service['differ']
        print(json.dumps({'service': name, 'from': years[:1], 'to': years[-1:], **service}))


main()
