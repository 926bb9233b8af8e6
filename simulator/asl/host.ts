import type { Region } from '../places';
import type { Execution } from './execution';
import type { MapRun } from './map-run';
import type { TaskTokens } from './task-tokens';

/** What the interpreter needs of the service that runs it. */
export interface Host {
  readonly region: Region;
  readonly executions: Map<string, Execution>;
  readonly mapRuns: Map<string, MapRun>;
  readonly taskTokens: TaskTokens;
}
