"""Asks moto's Step Functions engine about recorded executions: one JSON line an execution on standard input.

It runs the same definition on the same input. A task answers what was recorded for its state and arguments, at once; waits
and pauses between retries take no time. Prints one JSON line an execution: how it ended there, the states that it entered,
and the tasks that were asked for, with `unknown` for those that were not recorded. Needs moto and jsonata-python.
"""

import collections
import datetime
import json
import re
import sys
import threading

import jsonata
from moto.stepfunctions.parser.api import HistoryEventType, StateMachineType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_lambda import (
    StateTaskServiceLambda,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import wait_function
from moto.stepfunctions.parser.asl.eval import states, variable_store
from moto.stepfunctions.parser.asl.eval.evaluation_details import (
    AWSExecutionDetails,
    EvaluationDetails,
    ExecutionDetails,
    StateMachineDetails,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

STATES_ERRORS = {kind.to_name(): kind for kind in StatesErrorNameType}


def evaluate(expression):
    """What moto asks of a JVM."""
    try:
        return plain(jsonata.Jsonata(expression).evaluate(None))
    except Exception as error:  # whatever goes wrong in an expression is its error
        raise moto_jsonata.JSONataException('UNKNOWN', str(error))


def plain(value):
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    return [plain(member) for member in value] if isinstance(value, list) else value


def declarations(bindings):
    """moto puts texts between quotes as they are, which breaks those with a quote."""
    return ''.join('{}:={};'.format(name, json.dumps(value)) for name, value in bindings.items())


class Recorded:
    """What the tasks of the execution that is replayed answered, and what was asked now."""

    def __init__(self, tasks):
        self.lock = threading.Lock()
        self.answers = collections.defaultdict(collections.deque)
        for task in tasks:
            self.answers[key_of(task['state'], json.loads(task['arguments']))].append(task)
        self.asked = []

    def answer(self, state, arguments):
        key = key_of(state, arguments)
        with self.lock:
            found = self.answers[key].popleft() if self.answers[key] else None
            self.asked.append({'state': state, 'arguments': arguments, 'unknown': found is None})
            return found


def key_of(state, arguments):
    return state + ' ' + json.dumps(without_tokens(arguments), sort_keys=True)


def without_tokens(value):
    """A task token is another one in every engine."""
    if isinstance(value, dict):
        return {key: 'TOKEN' if re.search('token$', key, re.I) else without_tokens(each) for key, each in value.items()}
    return [without_tokens(each) for each in value] if isinstance(value, list) else value


def run_task(self, env):
    """In the place of a Lambda function, and of the code that ends a task by its token."""
    arguments = self._eval_parameters(env=env)
    found = RECORDED.answer(self.name, arguments)
    if found and found.get('output') is not None:
        env.stack.append(json.loads(found['output']))
        return
    error = (found or {}).get('error') or ('NotRecorded' if found is None else None)
    known = STATES_ERRORS.get(error)
    details = TaskFailedEventDetails(error=error, cause=(found or {}).get('cause'))
    raise FailureEventException(FailureEvent(
        env=env,
        error_name=StatesErrorName(typ=known) if known else CustomErrorName(error),
        event_type=HistoryEventType.TaskFailed,
        event_details=EventDetails(taskFailedEventDetails=details),
    ))


class NoTime:
    @staticmethod
    def sleep(_seconds):
        return None


class Communication:
    def terminated(self):
        return None


def replay(execution):
    global RECORDED
    RECORDED = Recorded(execution['tasks'])
    arn = execution['arn']
    _, partition, _, region, account, _, machine, name = arn.split(':')
    machine_arn = ':'.join(['arn', partition, 'states', region, account, 'stateMachine', machine])
    # moto's grammar wants a fraction; to AWS a number is a number.
    definition = re.sub(r'("ToleratedFailurePercentage": ?\d+)(?=[,}\s])', r'\1.0', execution['definition'])
    role = 'arn:{}:iam::{}:role/states'.format(partition, account)
    worker = ExecutionWorker(
        evaluation_details=EvaluationDetails(
            aws_execution_details=AWSExecutionDetails(account=account, region=region, role_arn=role),
            execution_details=ExecutionDetails(
                arn=arn, name=name, role_arn=role, inpt=json.loads(execution['input']), start_time=execution['startDate']),
            state_machine_details=StateMachineDetails(
                arn=machine_arn, name=machine, typ=StateMachineType.STANDARD, definition=definition),
        ),
        exec_comm=Communication(), cloud_watch_logging_session=None, activity_store={},
    )
    worker._execution_logic()
    end = worker.env.program_state()
    events = worker.env.event_manager.get_event_history()
    answer = {
        'states': [each['stateEnteredEventDetails']['name'] for each in events if 'stateEnteredEventDetails' in each],
        'asked': RECORDED.asked,
        'left': sum(len(each) for each in RECORDED.answers.values()),
    }
    if isinstance(end, ProgramEnded):
        return {**answer, 'status': 'SUCCEEDED', 'output': worker.env.states.get_input()}
    error = getattr(end, 'error', None) or {}
    return {**answer, 'status': 'FAILED', 'error': error.get('error'), 'cause': error.get('cause')}


def main():
    moto_jsonata._eval_jsonata = evaluate
    moto_jsonata.encode_jsonata_variable_declarations = declarations
    states.encode_jsonata_variable_declarations = variable_store.encode_jsonata_variable_declarations = declarations
    StateTaskServiceLambda._eval_execution = run_task
    retrier_decl.time = NoTime
    wait_function.WaitFunction._wait_interval = lambda self, env, wait_seconds: None
    for line in sys.stdin:
        execution = json.loads(line)
        try:
            answer = replay(execution)
        except Exception as error:  # what moto cannot run is a difference too
            answer = {'refused': '{}: {}'.format(type(error).__name__, error)[:400]}
        print(json.dumps(answer, default=str))


RECORDED = None

if __name__ == '__main__':
    main()
