import { RE2JS } from 're2js';
import { AwsError, SimulatorError } from '../../errors';

/** An SSM document of AWS's or of the account's own, as far as SendCommand looks at it. */
export interface SsmDocument {
  name: string;
  platforms: ('Linux' | 'Windows')[];
  /** Its steps per platform; those of another platform are skipped. */
  steps: { name: string; plugin: string; platform?: 'Linux' | 'Windows' }[];
  parameters: Record<string, { required?: boolean; allowedValues?: string[]; allowedPattern?: Pattern }>;
  /** What is run: the lines of a document of the account's own, with `{{ parameters }}`, or one parameter's value. */
  lines: string[] | { parameter: 'commands' | 'commandLine' };
  /** How long it may run, for documents that do not have the parameter executionTimeout. */
  timeoutSeconds?: string;
}

/**
 * An `allowedPattern`. The SSM Agent compiles it with Go's regexp (RE2) when it parses the document, before the first
 * step, and refuses the whole document if it cannot: `problem` is what it says then. Which engine SendCommand itself uses
 * is not published; it takes what this one takes, and with a pattern that does not compile it takes every value.
 * https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/framework/docparser/paramvalidator/allowedregexparamvalidator/allowedregexparamvalidator.go
 */
class Pattern {
  private readonly compiled: RE2JS | undefined;
  readonly problem: string | undefined;

  constructor(readonly source: string) {
    try {
      this.compiled = RE2JS.compile(source);
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }

  /** As Go's MatchString: anywhere in the value, unless the pattern has anchors. */
  allows(value: string): boolean {
    return this.compiled ? this.compiled.matcher(value).find() : true;
  }
}

/** 1 to 172,800 seconds, as in the documents' own `allowedPattern`. */
const executionTimeout = {
  allowedPattern: new Pattern('^([1-9][0-9]{0,4}|1[0-6][0-9]{4}|17[0-1][0-9]{3}|172[0-7][0-9]{2}|172800)$'),
};

const documents: SsmDocument[] = [
  {
    name: 'AWS-RunRemoteScript',
    platforms: ['Linux', 'Windows'],
    steps: [
      { name: 'downloadContent', plugin: 'aws:downloadContent' },
      { name: 'runPowerShellScript', plugin: 'aws:runPowerShellScript', platform: 'Windows' },
      { name: 'runShellScript', plugin: 'aws:runShellScript', platform: 'Linux' },
    ],
    parameters: {
      sourceType: { required: true, allowedValues: ['GitHub', 'S3'] },
      sourceInfo: { required: true },
      commandLine: { required: true },
      workingDirectory: {},
      executionTimeout,
    },
    lines: { parameter: 'commandLine' },
  },
  {
    name: 'AWS-RunShellScript',
    platforms: ['Linux'],
    steps: [{ name: 'aws:runShellScript', plugin: 'aws:runShellScript' }],
    parameters: { commands: { required: true }, workingDirectory: {}, executionTimeout },
    lines: { parameter: 'commands' },
  },
  {
    name: 'AWS-RunPowerShellScript',
    platforms: ['Linux', 'Windows'],
    steps: [{ name: 'aws:runPowerShellScript', plugin: 'aws:runPowerShellScript' }],
    parameters: { commands: { required: true }, workingDirectory: {}, executionTimeout },
    lines: { parameter: 'commands' },
  },
];

/** The content of a document of the account's own: schema 2.2 with one step that runs a shell script. */
interface OwnContent {
  schemaVersion?: string;
  description?: string;
  parameters?: Record<string, { type?: string; description?: string; allowedPattern?: string; default?: string }>;
  mainSteps?: { action?: string; name?: string; inputs?: { runCommand?: string[]; timeoutSeconds?: string } }[];
}

/** Reads the content of a document; what it does not know is a SimulatorError. */
export function readDocument(name: string, content: object): SsmDocument {
  const { schemaVersion, parameters = {}, mainSteps = [] } = content as OwnContent;
  const [step] = mainSteps;
  if (schemaVersion !== '2.2' || mainSteps.length !== 1 || step?.action !== 'aws:runShellScript')
    throw new SimulatorError(`The SSM document ${name} is not one step of aws:runShellScript in schema 2.2.`);
  return {
    name,
    platforms: ['Linux'],
    steps: [{ name: step.name ?? '', plugin: 'aws:runShellScript' }],
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([parameter, rule]) => [
        parameter,
        {
          required: rule.default === undefined,
          ...(rule.allowedPattern !== undefined && { allowedPattern: new Pattern(rule.allowedPattern) }),
        },
      ]),
    ),
    lines: step.inputs?.runCommand ?? [],
    timeoutSeconds: step.inputs?.timeoutSeconds,
  };
}

/** Why the SSM Agent refuses a document before its first step, or undefined. */
export function refusalByAgent({ parameters }: SsmDocument): string | undefined {
  for (const [name, { allowedPattern }] of Object.entries(parameters)) {
    if (allowedPattern?.problem)
      return `error thrown in 'AllowedRegexParamValidator' while validating parameter /${name}/: ${allowedPattern.problem}`;
  }
  return undefined;
}

/** Puts a command's parameters into a text of its document. */
export function substitute(text: string, parameters: Record<string, string[]>): string {
  return text.replace(/\{\{ *(\w+) *\}\}/g, (_all, name: string) => (parameters[name] ?? []).join(' '));
}

/** The document of that name and version; `own` are those of the account. */
export function findDocument(
  name: string | undefined,
  version: string | undefined,
  own: ReadonlyMap<string, SsmDocument>,
): SsmDocument {
  const document = own.get(name ?? '') ?? documents.find((known) => known.name === name);
  if (!document) {
    if (name?.startsWith('AWS')) throw new SimulatorError(`The SSM document ${name} is not simulated.`);
    throw new AwsError('InvalidDocument', `Document with name ${name} does not exist.`);
  }
  if (version !== undefined && !['$DEFAULT', '$LATEST', '1'].includes(version)) {
    throw new AwsError('InvalidDocumentVersion', `Document version ${version} of ${name} does not exist.`);
  }
  return document;
}

/** Refuses parameters that the document does not know, lacks or restricts. */
export function checkParameters(document: SsmDocument, parameters: Record<string, string[]>): void {
  for (const [name, values] of Object.entries(parameters)) {
    const rule = document.parameters[name];
    if (!rule) throw invalid(`Parameter ${name} is not defined in the document ${document.name}.`);
    for (const value of values) {
      if (rule.allowedValues && !rule.allowedValues.includes(value)) {
        throw invalid(`Parameter ${name} value ${value} is not one of [${rule.allowedValues.join(', ')}].`);
      }
      if (rule.allowedPattern && !rule.allowedPattern.allows(value)) {
        throw invalid(`Parameter ${name} value ${value} does not match the pattern ${rule.allowedPattern.source}.`);
      }
      if (name === 'sourceInfo' && !isJsonObject(value)) throw invalid(`Parameter ${name} is not valid JSON: ${value}`);
    }
  }
  for (const [name, rule] of Object.entries(document.parameters)) {
    if (rule.required && !parameters[name]?.length) throw invalid(`Parameter ${name} is required.`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameters', message);
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
