import type { WaitKind } from '../../functions/shared/waits/waits';
import { isObject, type Json } from '../../simulator/cloudformation/template';
import { type Check, type Finding, type Project, TEMPLATE } from './project';

/** What the two functions do beside the looks of the kinds: find, claim and end waits, wake the reconciler, act as given roles. */
const WITH_WAITS = [
  'dynamodb:GetItem',
  'dynamodb:UpdateItem',
  'states:SendTaskSuccess',
  'states:SendTaskFailure',
  'states:SendTaskHeartbeat',
  'sts:AssumeRole',
  'sqs:SendMessage',
];
/** The reconciler also finds and reads waits, is woken, closes runs and sends messages that SNS has not taken. */
const RECONCILES = [
  ...[
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'states:StartExecution',
    'states:DescribeExecution',
    'states:GetExecutionHistory',
  ],
  'sns:Publish',
  ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
];

/** The kinds, which load clients and so need the environment of a function. */
async function allKinds(): Promise<readonly WaitKind[]> {
  for (const name of ['RUNS_TABLE', 'WAITS_TABLE', 'WAKE_QUEUE_URL']) process.env[name] ??= 'not-asked';
  return (await import('../../functions/shared/waits/kinds/all')).kinds;
}

/** The functions that look may do what the kinds of waits need, and no more, and get the events of all kinds. */
export const waitKinds: Check = async (project) => {
  const kinds = await allKinds();
  const woken = kinds.filter(({ event }) => event);
  return [
    ...eventsOf(project, woken),
    ...rightsOf(project, 'ResumeWaitFunction', woken, WITH_WAITS),
    ...rightsOf(project, 'ReconcileWaitsFunction', kinds.map(withTogether), [...WITH_WAITS, ...RECONCILES]),
  ];
};

function withTogether(kind: WaitKind): WaitKind {
  return { ...kind, actions: [...kind.actions, ...(kind.actionsTogether ?? [])] };
}

function eventsOf(project: Project, kinds: readonly WaitKind[]): Finding[] {
  const events = project.template.Resources.ResumeWaitFunction?.Properties?.Events;
  const pattern = patternIn(isObject(events) ? events.JobOrInstanceChanged : undefined);
  const path = ['Resources', 'ResumeWaitFunction', 'Properties', 'Events', 'JobOrInstanceChanged'];
  const report = (what: string) => project.finding(TEMPLATE, path, 'wait-kinds', what);
  return [
    ...differences(pattern.source, kinds, ({ event }) => [event?.source]),
    ...differences(pattern['detail-type'], kinds, ({ event }) => [event?.detailType]),
  ].map(report);
}

function rightsOf(project: Project, logicalId: string, kinds: readonly WaitKind[], own: string[]): Finding[] {
  const { Policies } = project.template.Resources[logicalId]?.Properties ?? {};
  const granted = [...new Set(actionsIn(project, Policies))].filter((action) => !own.includes(action));
  const needed = kinds.map((kind) => ({ ...kind, actions: kind.actions.filter((action) => !own.includes(action)) }));
  return differences(granted, needed, ({ actions }) => actions).map((what) =>
    project.finding(
      TEMPLATE,
      ['Resources', logicalId, 'Properties', 'Policies'],
      'wait-kinds',
      `${logicalId}: ${what}`,
    ),
  );
}

/** What kinds want and the template lacks, and the other way round. */
function differences(
  given: readonly unknown[],
  kinds: readonly WaitKind[],
  of: (kind: WaitKind) => readonly (string | undefined)[],
): string[] {
  const missing = kinds.flatMap((kind) =>
    of(kind)
      .filter((value) => !given.includes(value))
      .map((value) => `${value} is missing, which waits of the kind ${kind.name} need.`),
  );
  const wanted = kinds.flatMap(of);
  const needless = given.filter((value) => !wanted.includes(String(value)));
  return [...missing, ...needless.map((value) => `${value} is there, and no kind of wait needs it.`)];
}

function patternIn(event: Json | undefined): Record<'source' | 'detail-type', readonly Json[]> {
  const properties = isObject(event) && isObject(event.Properties) ? event.Properties : {};
  const { source, 'detail-type': detailType } = isObject(properties.Pattern) ? properties.Pattern : {};
  return { source: [source ?? []].flat(), 'detail-type': [detailType ?? []].flat() };
}

/** The actions of all statements, also of those with a condition and of the stack's policies that are referred to. */
function actionsIn(project: Project, value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => actionsIn(project, entry));
  if (!isObject(value)) return [];
  const own = [value.Action ?? []].flat().filter((action) => typeof action === 'string');
  const { Type, Properties } = project.template.Resources[String(value.Ref)] ?? {};
  const shared = Type === 'AWS::IAM::ManagedPolicy' ? actionsIn(project, Properties?.PolicyDocument) : [];
  return [...own, ...shared, ...Object.values(value).flatMap((entry) => actionsIn(project, entry))];
}
