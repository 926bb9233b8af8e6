import { type Check, type Finding, OPERATIONS_PAGE, type Project, WORKER_PAGE } from './project';
import { statesOf } from './states';

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html, and what Lambda itself reports. */
const AWS_NAMES = [
  'States.ALL',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.ItemReaderFailed',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ServiceException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Sandbox.Timedout',
];

const ERROR_FILE = /^functions\/.*\/errors\.ts$/;
const ERROR_CLASS = /^(?:export )?class (\w+) extends \w*Error\b/gm;

/** Names that a run ends with and that are no classes: written into a record or a notification, or why a worker ends. */
const RECORDED_NAME = /\b(?:error|cause|reason)(?: \?\?| =|:) (?:\w+ \? )?'([A-Z]\w+)'|\bend\(\w+,\s+'([A-Z]\w+)'/g;
/** What only the orchestrator itself reads; the operator gets another name for it. */
const INTERNAL_NAMES = ['WorkEnded'];
/** The reasons of the EFS-to-EFS worker, which has a page of its own. */
const WORKER_REASON = /(?:\bWorkerError\(|\bsuper\(\)\.__init__\()\s*'([A-Z]\w+)'/g;

/**
 * The names of errors are one vocabulary: what a state machine waits for is AWS's or one of ours, and each of ours has
 * its class in an errors.ts, is thrown, and is explained to the operator. So is every other name that a run ends with.
 */
export const errorNames: Check = (project) => {
  const classes = errorClasses(project);
  const known = [...AWS_NAMES, ...classes.map(({ literal }) => literal)];
  const unknownNames = project.stateMachines.flatMap((machine) =>
    statesOf(machine).flatMap(({ name, state, path }) =>
      (['Retry', 'Catch'] as const).flatMap((field) =>
        (state[field] ?? []).flatMap(({ ErrorEquals }, index) =>
          ErrorEquals.filter((error) => !known.includes(error)).map((error) =>
            project.finding(
              machine.file,
              [...path, field, index],
              'error-names',
              `'${name}' expects ${error}, which is neither AWS's nor in an errors.ts`,
            ),
          ),
        ),
      ),
    ),
  );
  return [
    ...unknownNames,
    ...classes.flatMap((errorClass) => problemsOf(project, errorClass)),
    ...unexplained(project, /^functions\/.*\.ts$/, RECORDED_NAME, OPERATIONS_PAGE),
    ...unexplained(project, /^worker\/.*\.py$/, WORKER_REASON, WORKER_PAGE),
  ];
};

/** Names in the code that a page for the operator does not have. */
function unexplained(project: Project, files: RegExp, names: RegExp, page: string): Finding[] {
  const text = project.files[page];
  if (text === undefined) return [];
  return project.list(files).flatMap((file) =>
    [...project.text(file).matchAll(names)]
      .map(([all, ...groups]) => ({ all, name: groups.find(Boolean) ?? '' }))
      .filter(({ name }) => !INTERNAL_NAMES.includes(name) && !text.includes(`\`${name}\``))
      .map(({ all, name }) => project.findingAtText(file, all, 'error-names', `${name} is not explained in ${page}`)),
  );
}

interface ErrorClass {
  file: string;
  name: string;
  /** What its instances are called: the name that Lambda reports to the state machine. */
  literal: string;
}

function errorClasses(project: Project): ErrorClass[] {
  return project.list(/^functions\/.*\.ts$/).flatMap((file) => {
    const text = project.text(file);
    return [...text.matchAll(ERROR_CLASS)].map((match) => {
      const body = text.slice(match.index).split('\n}')[0] ?? '';
      return { file, name: match[1] ?? '', literal: /\bname = '(\w+)'/.exec(body)?.[1] ?? '' };
    });
  });
}

function problemsOf(project: Project, { file, name, literal }: ErrorClass): Finding[] {
  const report = (message: string) => project.findingAtText(file, `class ${name}`, 'error-names', `${name} ${message}`);
  // Thrown as an object, or sent by name to the state that waits (SendTaskFailure).
  const use = new RegExp(`\\bnew ${name}\\(|\\berror: '${name}'`);
  const isUsed = project.list(/^functions\/.*\.ts$/).some((source) => use.test(project.text(source)));
  const page = project.files[OPERATIONS_PAGE];
  return [
    ...(ERROR_FILE.test(file) ? [] : [report('is not in an errors.ts')]),
    ...(literal === name ? [] : [report(`must have the literal name '${name}'`)]),
    ...(isUsed ? [] : [report('is thrown nowhere')]),
    ...(page === undefined || page.includes(`\`${name}\``) ? [] : [report(`is not explained in ${OPERATIONS_PAGE}`)]),
  ];
}
