import { causeText } from '../../cli/render/history';
import { duration, printTargets, printWrapped } from '../../cli/render/report';
import type { ResourceNames } from '../../cli/render/resource-name';
import type { Screen } from '../../cli/render/screen';
import type { SimulationResult } from '../../scenarios/simulation';

/** Prints how a run ended: a line for each target, the reasons of what failed, and the figures. */
export function printReport(result: SimulationResult, names: ResourceNames, screen: Screen): void {
  screen.print('');
  const targets = printTargets(result.runRecord, names, screen);
  const isGood = result.status === 'SUCCEEDED';
  screen.print(screen.paint(`${result.status}${result.error ? ` (${result.error})` : ''}`, isGood ? 'good' : 'bad'));
  // The lines about the targets have said it already.
  if (result.cause !== undefined && targets === 0) printWrapped(causeText(result.cause), 'bad', screen);
  if (targets === 0 && result.output !== undefined) screen.print(JSON.stringify(result.output, null, 2));
  const calls = Object.values(result.apiCalls).reduce((sum, count) => sum + count, 0);
  const figures = [
    `${duration(result.durationSeconds)} of virtual time`,
    `${result.stateTransitions} state transitions`,
    `${result.historyEvents} history events`,
    `${result.lambdaInvocations} Lambda invocations`,
    `${calls} API calls`,
  ];
  printWrapped(figures.join(', '), 'quiet', screen);
}
