import { AwsError, SimulatorError } from '../../errors';

/** An AWS-owned SSM document, as far as SendCommand looks at it. */
export interface SsmDocument {
  name: string;
  platforms: ('Linux' | 'Windows')[];
  /** Its steps per platform; those of another platform are skipped. */
  steps: { name: string; plugin: string; platform?: 'Linux' | 'Windows' }[];
  parameters: Record<string, { required?: boolean; allowedValues?: string[]; allowedPattern?: RegExp }>;
  /** The parameter that holds what is run. */
  commandParameter: 'commands' | 'commandLine';
}

/** 1 to 172,800 seconds, as in the documents' own `allowedPattern`. */
const executionTimeout = {
  allowedPattern: /^([1-9][0-9]{0,4}|1[0-6][0-9]{4}|17[0-1][0-9]{3}|172[0-7][0-9]{2}|172800)$/,
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
    commandParameter: 'commandLine',
  },
  {
    name: 'AWS-RunShellScript',
    platforms: ['Linux'],
    steps: [{ name: 'aws:runShellScript', plugin: 'aws:runShellScript' }],
    parameters: { commands: { required: true }, workingDirectory: {}, executionTimeout },
    commandParameter: 'commands',
  },
  {
    name: 'AWS-RunPowerShellScript',
    platforms: ['Linux', 'Windows'],
    steps: [{ name: 'aws:runPowerShellScript', plugin: 'aws:runPowerShellScript' }],
    parameters: { commands: { required: true }, workingDirectory: {}, executionTimeout },
    commandParameter: 'commands',
  },
];

/** The document of that name and version. */
export function findDocument(name: string | undefined, version: string | undefined): SsmDocument {
  const document = documents.find((known) => known.name === name);
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
      if (rule.allowedPattern && !rule.allowedPattern.test(value)) {
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
