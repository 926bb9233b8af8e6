import { isObject, type Json } from '../../simulator/cloudformation/template';
import { type Check, type Path, type Project, TEMPLATE } from './project';

/** Schedules that the suite itself needs, with the reason. */
const ALWAYS_ON: Readonly<Record<string, string>> = {
  CloseRunFunction: 'it looks for executions that ended without a record, and starts only what undoes them',
  EfsToEfsFunction: 'the overseer brings open runs to their end, and starts none',
  ReconcileWaitsFunction: 'without it, a wait whose event is lost would not end before its heartbeat is missed',
  ReviewRestoreTestsFunction: 'it only counts, and is there with the schedule of restore tests',
  StartRestoreTestsFunction: 'it finds tests whose event was lost, and is there with the schedule of restore tests',
  RemoveOldFallbacksFunction: 'it removes what runs left for a grace period, and starts nothing',
};

/** Nothing starts by the clock before an operator turns it on: a schedule's state is a parameter, DISABLED by default. */
export const schedules: Check = (project) =>
  Object.entries(project.template.Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
    const path = ['Resources', logicalId];
    if (Type === 'AWS::Scheduler::Schedule') return problemOf(project, Properties.State, path);
    if (Type === 'AWS::Events::Rule' && Properties.ScheduleExpression)
      return problemOf(project, Properties.State, path);
    if (!isObject(Properties.Events) || ALWAYS_ON[logicalId]) return [];
    return Object.entries(Properties.Events)
      .filter(([, event]) => isObject(event) && /^Schedule(V2)?$/.test(String(event.Type)))
      .flatMap(([name, event]) => {
        const properties = isObject(event) && isObject(event.Properties) ? event.Properties : {};
        return problemOf(project, properties.State, [...path, 'Properties', 'Events', name]);
      });
  });

function problemOf(project: Project, state: Json | undefined, path: Path) {
  const parameter = isObject(state) ? project.template.Parameters?.[String(state.Ref)] : undefined;
  if (parameter?.Default === 'DISABLED' && parameter.AllowedValues?.includes('ENABLED')) return [];
  const message = `${path.at(-1)}: State must be a parameter with the default DISABLED`;
  return [project.finding(TEMPLATE, path, 'schedules', message)];
}
