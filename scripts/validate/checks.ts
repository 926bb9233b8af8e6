import { alarms } from './alarms';
import { aslEndings } from './asl-endings';
import { aslLanguage } from './asl-language';
import { aslNames } from './asl-names';
import { aslRetries } from './asl-retries';
import { aslRunId } from './asl-run-id';
import { aslTimeouts } from './asl-timeouts';
import { aslVariables } from './asl-variables';
import { deadLetters } from './dead-letters';
import { errorNames } from './error-names';
import { functions } from './functions';
import { indexChanges, previousTemplate } from './index-changes';
import { keyServices } from './key-services';
import { nameEndings } from './name-endings';
import { observability } from './observability';
import { openDoors } from './open-doors';
import { parameters } from './parameters';
import { permissions } from './permissions';
import { physicalNames } from './physical-names';
import type { Check } from './project';
import { repeatedStatements } from './repeated-statements';
import { retention } from './retention';
import { schedules } from './schedules';
import { substitutions } from './substitutions';
import { tableIndexes } from './table-indexes';
import { waitKinds } from './wait-kinds';
import { workerRequest } from './worker-request';
import { workflowList } from './workflows';

/** Every check of the template and the state machines, except those that are programs of their own. */
export const checks: Readonly<Record<string, Check>> = {
  'asl-language': aslLanguage,
  'asl-variables': aslVariables,
  'asl-timeouts': aslTimeouts,
  'asl-retries': aslRetries,
  'asl-endings': aslEndings,
  'asl-names': aslNames,
  'asl-run-id': aslRunId,
  'error-names': errorNames,
  substitutions,
  parameters,
  permissions,
  'physical-names': physicalNames,
  retention,
  functions,
  schedules,
  'name-endings': nameEndings,
  observability,
  'open-doors': openDoors,
  'dead-letters': deadLetters,
  alarms,
  'table-indexes': tableIndexes,
  'key-services': keyServices,
  'repeated-statements': repeatedStatements,
  'index-changes': indexChanges(previousTemplate),
  'wait-kinds': waitKinds,
  'worker-request': workerRequest,
  workflows: workflowList,
};
