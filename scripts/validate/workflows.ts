import { workflows } from '../../cli/workflows';
import { isObject, type Json } from '../../simulator/cloudformation/template';
import { type Check, type Path, type Project, TEMPLATE } from './project';

/**
 * The template names every workflow wherever all of them are named: what closes runs, by event, by list and by right; the
 * dashboard; and the outputs, which lead operators to it.
 */
export const workflowList: Check = (project) =>
  Object.entries(workflows).flatMap(([workflow, { startedBy }]) => {
    if (!('stateMachine' in startedBy)) return namedIn(project, workflow, [[startedBy.function, ['Outputs']]]);
    const { stateMachine, undo } = startedBy;
    const rights = ['Resources', 'CloseRunFunction', 'Properties', 'Policies'];
    const events = ['Resources', 'CloseRunFunction', 'Properties', 'Events', 'ExecutionIsOver'];
    return [
      ...closedBy(project, workflow, stateMachine, undo),
      ...namedIn(project, workflow, [
        [stateMachine, events],
        [undo, events],
        [stateMachine, rights],
        [stateMachine, ['Resources', 'Dashboard']],
        [stateMachine, ['Outputs', `${stateMachine}Arn`]],
      ]),
    ];
  });

/** The list that `close-run` reads, which leads from an execution that is over to its undo. */
function closedBy(project: Project, workflow: string, stateMachine: string, undo: string) {
  const path = ['Resources', 'CloseRunFunction', 'Properties', 'Environment', 'Variables', 'WORKFLOWS'];
  const list = textsIn(valueAt(project.template as unknown as Json, path))
    .join(' ')
    .replace(/\s+/g, '');
  const wanted = { workflow, stateMachineArn: `\${${stateMachine}}`, undoStateMachineArn: `\${${undo}}` };
  if (list.includes(JSON.stringify(wanted))) return [];
  return [project.finding(TEMPLATE, path, 'workflows', `${JSON.stringify(wanted)} is missing`)];
}

function namedIn(project: Project, workflow: string, places: [logicalId: string, path: Path][]) {
  return places
    .filter(([logicalId, path]) => {
      const text = JSON.stringify(valueAt(project.template as unknown as Json, path) ?? '');
      return !new RegExp(`\\b${logicalId}\\b`).test(text);
    })
    .map(([logicalId, path]) =>
      project.finding(TEMPLATE, path, 'workflows', `${path.join('.')} does not name ${logicalId}, of ${workflow}`),
    );
}

function textsIn(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function valueAt(value: Json | undefined, [step, ...rest]: Path): Json | undefined {
  if (step === undefined) return value;
  return valueAt(isObject(value) ? value[step] : undefined, rest);
}
