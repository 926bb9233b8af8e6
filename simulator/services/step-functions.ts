import { CreateStateMachine } from './step-functions/operations/create-state-machine';
import { DescribeExecution } from './step-functions/operations/describe-execution';
import { DescribeMapRun } from './step-functions/operations/describe-map-run';
import { DescribeStateMachine } from './step-functions/operations/describe-state-machine';
import { GetExecutionHistory } from './step-functions/operations/get-execution-history';
import { ListExecutions } from './step-functions/operations/list-executions';
import { ListMapRuns } from './step-functions/operations/list-map-runs';
import { ListStateMachines } from './step-functions/operations/list-state-machines';
import { RedriveExecution } from './step-functions/operations/redrive-execution';
import { SendTaskFailure } from './step-functions/operations/send-task-failure';
import { SendTaskHeartbeat } from './step-functions/operations/send-task-heartbeat';
import { SendTaskSuccess } from './step-functions/operations/send-task-success';
import { StartExecution } from './step-functions/operations/start-execution';
import { StopExecution } from './step-functions/operations/stop-execution';
import { UpdateStateMachine } from './step-functions/operations/update-state-machine';
import { StepFunctionsState } from './step-functions/state';

declare module '../places' {
  interface Region {
    readonly stepFunctions: StepFunctions;
  }
}

/** AWS Step Functions: state machines and executions. https://docs.aws.amazon.com/step-functions/latest/apireference/ */
export class StepFunctions extends StepFunctionsState {
  CreateStateMachine = CreateStateMachine;
  DescribeExecution = DescribeExecution;
  DescribeMapRun = DescribeMapRun;
  DescribeStateMachine = DescribeStateMachine;
  GetExecutionHistory = GetExecutionHistory;
  ListExecutions = ListExecutions;
  ListMapRuns = ListMapRuns;
  ListStateMachines = ListStateMachines;
  RedriveExecution = RedriveExecution;
  SendTaskFailure = SendTaskFailure;
  SendTaskHeartbeat = SendTaskHeartbeat;
  SendTaskSuccess = SendTaskSuccess;
  StartExecution = StartExecution;
  StopExecution = StopExecution;
  UpdateStateMachine = UpdateStateMachine;
}
