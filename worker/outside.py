"""What the worker asks of AWS, all of it by the AWS CLI that the image carries; or, with --root, of plain files."""
import json
import os

import at

UPLOAD_SECONDS = 300


class Aws:
    """The run's item in DynamoDB and the log bucket. Trouble with either is noted and never ends a run."""

    def __init__(self, request, log):
        self._request, self._log = request, log

    def update_item(self, name, value):
        """Sets the map `name` of the run's item, unless the run has ended. Returns whether it could."""
        return self._call([
            'dynamodb', 'update-item', '--table-name', self._request['tableName'],
            '--key', json.dumps({'runId': {'S': self._request['runId']}, 'item': {'S': 'run'}}),
            '--update-expression', 'SET #name = :value',
            '--condition-expression', 'attribute_exists(runId) AND attribute_not_exists(finishedAt)',
            '--expression-attribute-names', json.dumps({'#name': name}),
            '--expression-attribute-values', json.dumps({':value': attribute_value(value)}),
        ])

    def upload(self, directory):
        """Puts the files of `directory` under logUri."""
        command = ['s3', 'cp', '--recursive', '--no-progress', directory, self._request['logUri']]
        return self._call(command, UPLOAD_SECONDS)

    def _call(self, arguments, seconds=60):
        import subprocess  # not in local use
        region = self._request['region']
        command = ['aws', '--region', region, '--cli-read-timeout', '20', '--cli-connect-timeout', '10']
        try:
            subprocess.run(command + arguments, check=True, capture_output=True, timeout=seconds, umask=0o077)
            return True
        except subprocess.CalledProcessError as error:
            self._log.note('awsFailed', command=arguments[:2], error=error.stderr.decode('utf-8', 'backslashreplace'))
        except (OSError, subprocess.TimeoutExpired) as error:
            self._log.note('awsFailed', command=arguments[:2], error=str(error))
        return False


class Files:
    """The same on plain files, for tests and local use: item.jsonl and logs/."""

    def __init__(self, root, request):
        self._root, self._request = root, request

    def update_item(self, name, value):
        with at.own_file(os.path.join(self._root, 'item.jsonl'), 'a') as file:
            file.write(json.dumps({'runId': self._request['runId'], name: value}) + '\n')
        return True

    def upload(self, directory):
        target = at.own_directory(self._root, 'bucket', *self._request['logUri'].split('/')[3:])
        for name in at.own_names(directory):
            at.own_copy(os.path.join(directory, name), os.path.join(target, name))
        return True


def attribute_value(value):
    """A value in DynamoDB's own JSON."""
    if isinstance(value, bool):
        return {'BOOL': value}
    if isinstance(value, (int, float)):
        return {'N': repr(value)}
    if isinstance(value, dict):
        return {'M': {key: attribute_value(item) for key, item in value.items()}}
    if isinstance(value, list):
        return {'L': [attribute_value(item) for item in value]}
    return {'NULL': True} if value is None else {'S': str(value)}
