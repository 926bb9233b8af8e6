import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Account } from 'simulated-aws/account';
import type { Execution } from 'simulated-aws/asl/execution';
import { integrationFor } from 'simulated-aws/asl/integrations/resource';
import type { Json } from 'simulated-aws/asl/payload';
import { StatesError } from 'simulated-aws/asl/states-error';
import type { TaskTokens } from 'simulated-aws/asl/task-tokens';
import { askPython } from './ask-python';
import type { Difference, Judge } from './judge';
import { recordingsFolder } from './recordings';

type Event = { type: string; id: number; previousEventId: number } & Record<string, unknown>;
type Details = Record<string, unknown>;
type WaitingTask = Parameters<TaskTokens['open']>[1];

/** How much virtual time an execution may take: the longest recorded wait, with room. */
const LIMIT_SECONDS = 400 * 86_400;
/** What differs from run to run, and what the simulated account says of itself. */
const OWN_MEMBERS = [
  'id',
  'previousEventId',
  'timestamp',
  'roleArn',
  'mapRunArn',
  'region',
  'inputDetails',
  'outputDetails',
];

/**
 * Histories of executions that were recorded on AWS, event by event: the same state machine on the same input, with the
 * recorded results of the tasks. The state machines are those of LocalStack's tests, which are not part of the project:
 * a checkout of localstack/localstack (8b9a79f) in LOCALSTACK_CHECKOUT.
 */
export const stepFunctionsHistories: Judge = {
  name: 'Step Functions histories',
  async ask(root) {
    const folder = join(recordingsFolder(root), 'localstack/stepfunctions');
    const checkout = process.env.LOCALSTACK_CHECKOUT ?? join(root, '../shared/localstack');
    const none = { asked: '', differences: [] };
    if (!existsSync(folder)) return { ...none, skipped: 'there are no recordings of AWS here' };
    if (!existsSync(checkout))
      return {
        ...none,
        skipped: 'LOCALSTACK_CHECKOUT names no checkout of localstack/localstack with the state machines',
      };
    const definitions = readDefinitions(root, checkout);
    if (Object.keys(definitions).length === 0) throw new Error(`There are no state machines in ${checkout}.`);
    const results = new Map<string, { asked: number; agree: number; gaps: number }>();
    const differences: Difference[] = [];
    const dates: string[] = [];
    for (const { test, date, events } of readHistories(folder)) {
      const definition = definitions[test]?.[0];
      if (!definition || !isComparable(definition, events)) continue;
      const family = /v2\/([^/]+)/.exec(test)?.[1] ?? '';
      const result = results.get(family) ?? { asked: 0, agree: 0, gaps: 0 };
      results.set(family, result);
      result.asked += 1;
      dates.push(date);
      const answer = await replay(definition, events);
      if ('gap' in answer) result.gaps += 1;
      else if (answer.difference === undefined) result.agree += 1;
      else
        differences.push({
          what: `${test.split('::').at(-1)} ${answer.difference}`,
          count: 1,
          example: answer.example,
        });
    }
    const rows = [...results].map(([family, { asked, agree, gaps }]) => [
      family,
      asked,
      agree,
      asked - agree - gaps,
      gaps,
    ]);
    const table = [['service', 'asked', 'agree', 'differ', 'gap'], ...rows]
      .map((row) => `  ${row.join('\t')}`)
      .join('\n');
    const span = dates.map((date) => date.slice(6, 10)).sort();
    return { asked: `recorded ${span[0]} to ${span.at(-1)}\n${table}\n`, differences };
  },
};

/** By the test that ran them; LocalStack's tests are called with nothing behind them. */
function readDefinitions(root: string, checkout: string): Record<string, string[]> {
  const asked = { environment: 'judges', program: 'localstack_definitions.py', arguments: [checkout] } as const;
  return JSON.parse(askPython(root, asked, 'The state machines could not be read'));
}

function readHistories(folder: string): { test: string; date: string; events: Event[] }[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  return files.flatMap((file) => {
    const tests = Object.entries(
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<
        string,
        { 'recorded-date': string; 'recorded-content': Details }
      >,
    );
    return tests.flatMap(([test, recorded]) => {
      const history = recorded['recorded-content'].get_execution_history as { events?: Event[] } | undefined;
      return history?.events ? [{ test, date: recorded['recorded-date'], events: history.events }] : [];
    });
  });
}

/** Only JSONata is simulated; and an input in which the recorder replaced a time cannot be given again. */
function isComparable(definition: string, events: Event[]): boolean {
  const { QueryLanguage } = JSON.parse(definition) as { QueryLanguage?: string };
  const hasInput = !/"(timestamp|date)\\?"/.test(JSON.stringify(detailsOf(events[0] as Event).input));
  return QueryLanguage === 'JSONata' && !definition.includes('"JSONPath"') && hasInput;
}

type Answer = { gap: string } | { difference: string; example: string } | { difference?: undefined };

async function replay(definition: string, recorded: Event[]): Promise<Answer> {
  const account = new Account({ region: 'us-east-1' });
  const outcomes = new Outcomes(recorded);
  const restore = outcomes.replaceTasks(definition);
  try {
    const { stepFunctions } = account.region();
    outcomes.watch(stepFunctions.taskTokens);
    const input = detailsOf(recorded[0] as Event).input;
    const { stateMachineArn } = stepFunctions.CreateStateMachine({
      name: 'recorded',
      definition,
      roleArn: account.root.principalArn,
    });
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    const { executionArn } = stepFunctions.StartExecution({ stateMachineArn, input: text });
    const execution = stepFunctions.executions.get(executionArn) as Execution;
    await account.clock.runUntil(execution.done, LIMIT_SECONDS);
    return compare(JSON.parse(JSON.stringify(execution.history)) as Event[], recorded);
  } catch (error) {
    if ((error as Error).name === 'SimulatorError') return { gap: (error as Error).message };
    return { difference: `is refused: ${(error as Error).message.slice(0, 200)}`, example: definition.slice(0, 300) };
  } finally {
    restore();
    account.close();
  }
}

/** What the tasks of a recorded execution answered, in the order in which they were scheduled. */
class Outcomes {
  private readonly scheduled: Event[];
  /** The task that waits for its token since last. */
  private waiting: WaitingTask | undefined;

  constructor(private readonly events: Event[]) {
    this.scheduled = events.filter(({ type }) => type === 'TaskScheduled');
  }

  /** Notes which task waits for its token, right before it is called. */
  watch(taskTokens: TaskTokens): void {
    const open = taskTokens.open.bind(taskTokens);
    taskTokens.open = (token, task) => {
      this.waiting = task;
      open(token, task);
    };
  }

  /** Lets the tasks of a definition answer so; returns what undoes it. */
  replaceTasks(definition: string): () => void {
    const undo: (() => void)[] = [];
    for (const [, arn = ''] of definition.matchAll(/"Resource": ?"(arn:aws:states:::[^"]+)"/g)) {
      let integration: ReturnType<typeof integrationFor>;
      try {
        integration = integrationFor(arn);
      } catch {
        continue;
      }
      const { call, completion } = integration;
      integration.call = (execution) => this.answer(execution);
      integration.completion = undefined;
      undo.push(() => Object.assign(integration, { call, completion }));
    }
    return () => {
      for (const each of undo) each();
    };
  }

  private async answer(execution: Execution): Promise<Json> {
    const waiting = this.waiting;
    const chain = this.chainOf(this.scheduled.shift());
    const end = chain.at(-1);
    const submitted = chain.find(({ type }) => type === 'TaskSubmitted');
    const finish = (): Json => {
      const { output, error, cause } = detailsOf(end as Event) as { output?: unknown; error?: string; cause?: string };
      if (end?.type === 'TaskFailed') throw new StatesError(error, cause);
      return parsed(output) as Json;
    };
    const isOver = end?.type === 'TaskSucceeded' || end?.type === 'TaskFailed';
    if (!submitted) return isOver ? finish() : new Promise<never>(() => {});
    // What took too long on AWS gets no answer, and takes too long here.
    if (isOver)
      execution.clock.after(1, () => {
        try {
          waiting?.succeed(finish());
        } catch (error) {
          waiting?.fail(error as StatesError);
        }
      });
    return parsed(detailsOf(submitted).output) as Json;
  }

  /** The events of a task after its scheduling, up to the one that ends it. */
  private chainOf(task: Event | undefined): Event[] {
    const chain: Event[] = [];
    let last = task;
    while (last && !/^Task(Succeeded|Failed|TimedOut)$/.test(last.type)) {
      const { id } = last;
      last = this.events.find(({ previousEventId, type }) => previousEventId === id && /^Task(?!State)/.test(type));
      if (last) chain.push(last);
    }
    return chain;
  }
}

/** The first event that is another one, or says something else. Branches may take turns in another order. */
function compare(ours: Event[], recorded: Event[]): Answer {
  const isParallel = recorded.some(({ type }) => /^(Map|Parallel)State/.test(type));
  const order = (events: Event[]) => (isParallel ? [...events].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) : events);
  const mine = order(ours);
  const theirs = order(recorded);
  for (let index = 0; index < Math.max(mine.length, theirs.length); index += 1) {
    const our = mine[index];
    const their = theirs[index];
    if (our?.type !== their?.type)
      return {
        difference: `has ${our?.type ?? 'nothing'} where AWS has ${their?.type ?? 'nothing'}`,
        example: typesOf(ours),
      };
    const member = our && their && differingMember(detailsOf(our), detailsOf(their));
    if (member) {
      const values = [detailsOf(our)[member], detailsOf(their)[member]].map((value) => JSON.stringify(value));
      return { difference: `says another ${member} in ${our.type}`, example: values.join(' here, on AWS ') };
    }
  }
  return {};
}

const keyOf = (event: Event) => `${event.type} ${JSON.stringify(detailsOf(event).name ?? '')}`;
const typesOf = (events: Event[]) => events.map(({ type }) => type).join(' ');

function detailsOf(event: Event): Details {
  const [, details] = Object.entries(event).find(([name]) => name.endsWith('EventDetails')) ?? [];
  return (details ?? {}) as Details;
}

function differingMember(ours: Details, theirs: Details): string | undefined {
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].filter(
    (name) => !OWN_MEMBERS.includes(name),
  );
  return names.find((name) => !agree(ours[name], theirs[name]));
}

/** Alike, where `<…>` in a recording stands for what differs from run to run, and a function's ARN for any. */
function agree(ours: unknown, theirs: unknown): boolean {
  const [our = '', their = ''] = [ours, theirs].map((value) =>
    JSON.stringify(sortedKeys(parsed(value)))?.replaceAll(/"arn:[^"]*:function:[^"]*"/g, '"<function>"'),
  );
  const pattern = their.split(/<[^<>"]*>/).map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('[^"]*')}$`).test(our);
}

/** With what is JSON in a text, at any depth: recordings have it read. */
function parsed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(parsed);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, parsed(member)]));
  if (typeof value !== 'string') return value;
  try {
    return parsed(JSON.parse(value));
  } catch {
    return value;
  }
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, sortedKeys(member)]));
}
