"""Prints the state machines of LocalStack's tests of Step Functions, whose histories on AWS are recorded beside them.

Usage: localstack_definitions.py CHECKOUT. One JSON object: by the test's id, the definitions that it runs, in order. The
tests are called with nothing behind them; what they would have created is kept. Needs pytest and json5.
"""

import importlib.abc
import importlib.machinery
import json
import os
import sys
import types

import pytest

ROOT = 'tests/aws/services/stepfunctions/v2'
FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111111111111:function:function'
FOUND = []


class Kind(type):
    def __getattr__(cls, name):
        return nothing(name)


class Nothing(metaclass=Kind):
    """Whatever a test asks for; as text, a function's ARN."""

    def __init__(self, *_args, **_kwargs):
        pass

    def __getattr__(self, name):
        return nothing(name)

    def __call__(self, *_args, **_kwargs):
        return Nothing()

    def __getitem__(self, _key):
        return Nothing()

    def __iter__(self):
        return iter(())

    def __enter__(self):
        return Nothing()

    def __exit__(self, *_args):
        return False

    def __str__(self):
        return FUNCTION_ARN


def nothing(name):
    if name.startswith('__'):
        raise AttributeError(name)
    return Nothing()


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Stands in for the packages that are not installed."""

    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in ('localstack', 'localstack_snapshot', 'botocore', 'boto3', 'aws_cdk', 'jsonpath_ng', 'rolo', 'werkzeug', 'requests', 'tests'):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__path__ = []
        module.__getattr__ = lambda name: attribute(spec.name, name)
        return module

    def exec_module(self, module):
        return None


def attribute(module, name):
    if name.startswith('__'):
        raise AttributeError(name)
    if name == 'markers':
        return Markers()
    if 'create_and_record' in name or name.startswith('create_state_machine'):
        return keep
    if name == 'short_uid':
        return lambda: 'uid'
    if name == 'load_file':
        return lambda path, *_args: open(path).read()
    if name.endswith('Transformer') or name[:1].isupper():
        return Kind(name, (Nothing,), {})
    return Nothing()


class Markers:
    """Marks that change nothing."""

    def __getattr__(self, _name):
        return self

    def __call__(self, *args, **_kwargs):
        return args[0] if args and callable(args[0]) else lambda decorated: decorated


def keep(*args, **kwargs):
    """In the place of what creates a state machine, whatever its arguments are called."""
    texts = [kwargs[key] for key in ('definition',) if key in kwargs] or [each for each in args if is_definition(each)]
    FOUND.extend(text for text in texts[:1] if is_definition(text))
    return Nothing()


def is_definition(value):
    return isinstance(value, str) and '"StartAt"' in value


class Collector:
    def __init__(self):
        self.definitions = {}

    def pytest_collection_modifyitems(self, items):
        for item in items:
            FOUND.clear()
            parameters = item.callspec.params if hasattr(item, 'callspec') else {}
            names = item.obj.__code__.co_varnames[:item.obj.__code__.co_argcount]
            values = {name: parameters.get(name, fixture(name)) for name in names if name != 'self'}
            try:
                item.obj(**values)
            except BaseException:  # a test that skips itself, or wants an answer ends there; what it created before counts
                pass
            if FOUND:
                self.definitions[item.nodeid] = list(FOUND)


def fixture(name):
    if name.startswith('create_state_machine') and 'role' not in name:
        return keep
    return Nothing()


def main():
    checkout = sys.argv[1]
    os.chdir(checkout)
    sys.path.insert(0, checkout)
    sys.meta_path.append(Finder())
    dumps = json.dumps
    json.dumps = lambda value, *args, **kwargs: dumps(value, *args, **{'default': str, **kwargs})
    collector = Collector()
    stdout, sys.stdout = sys.stdout, sys.stderr
    pytest.main(['--collect-only', '-q', '-p', 'no:cacheprovider', '--noconftest', '--continue-on-collection-errors', ROOT], [collector])
    sys.stdout = stdout
    print(dumps(collector.definitions))


main()
