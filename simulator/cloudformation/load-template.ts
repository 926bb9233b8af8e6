import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type CollectionTag, parseDocument, type ScalarTag, type Tags } from 'yaml';
import { digest, fileDigest, keep, kept } from '../content-cache';
import { SimulatorError } from '../errors';
import type { Template } from './template';

/** The short forms of the intrinsic functions that are known; the resolver decides which of them it can carry out. */
const FUNCTIONS = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'Transform',
];

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Transform',
  'Description',
  'Metadata',
  'Globals',
  'Parameters',
  'Mappings',
  'Rules',
  'Conditions',
  'Resources',
  'Outputs',
];

const loaded = new Map<string, { text: string; template: Template }>();

/**
 * Reads a template file. Short forms of intrinsic functions become their long forms; nothing is resolved. The answer
 * is shared between callers, since reading takes most of the time of a deployment: it must not be changed.
 */
export function loadTemplate(path: string): Readonly<Template> {
  const text = readFileSync(path, 'utf8');
  const known = loaded.get(path);
  if (known?.text === text) return known.template;
  const template = keptTemplate(text, path);
  loaded.set(path, { text, template });
  return template;
}

/** Reading YAML takes tenths of a second, and every process reads the same template. */
function keptTemplate(text: string, path: string): Template {
  const slot = `template ${path}`;
  const madeFrom = digest(
    text,
    fileDigest(__filename) ?? '',
    fileDigest(packageRequire.resolve('yaml/package.json')) ?? '',
  );
  const before = kept(slot);
  if (before?.startsWith(madeFrom)) return JSON.parse(before.slice(madeFrom.length)) as Template;
  const template = parseTemplate(text, path);
  keep(slot, `${madeFrom}${JSON.stringify(template)}`);
  return template;
}

const packageRequire = createRequire(__filename);

/** The same for a template's text; `path` is for messages. */
export function parseTemplate(text: string, path = 'template'): Template {
  // CloudFormation reads YAML 1.1, but leaves dates such as a policy's Version alone.
  const document = parseDocument(text, {
    schema: 'yaml-1.1',
    merge: true,
    customTags: (tags: Tags) => [...tags.filter(isKept), BOOLEAN, ...intrinsicTags()],
  });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw new SimulatorError(`${path} cannot be read: ${problem.message}`);
  const template = JSON.parse(JSON.stringify(document.toJS())) as Template;
  const unknown = Object.keys(template).find((section) => !SECTIONS.includes(section));
  if (unknown) throw new SimulatorError(`The section ${unknown} of ${path} is not simulated.`);
  if (!template.Resources) throw new SimulatorError(`${path} has no Resources.`);
  return template;
}

/** `N` is an attribute type of DynamoDB, and a boolean only to the letter of YAML 1.1: AWS's parser does not follow it there. */
const BOOLEAN: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:yes|no|true|false|on|off|Yes|No|True|False|On|Off|YES|NO|TRUE|FALSE|ON|OFF)$/,
  resolve: (text) => /^(?:yes|true|on)$/i.test(text),
};

function isKept(tag: Tags[number]): boolean {
  if (typeof tag === 'string') return tag !== 'timestamp' && tag !== 'bool';
  return tag.tag !== 'tag:yaml.org,2002:timestamp' && tag.tag !== BOOLEAN.tag;
}

function intrinsicTags(): (ScalarTag | CollectionTag)[] {
  return [
    ...['Ref', 'Condition'].map((name) => scalarTag(`!${name}`, (text) => ({ [name]: text }))),
    ...FUNCTIONS.flatMap((name) => [
      scalarTag(`!${name}`, (text) => ({ [`Fn::${name}`]: name === 'GetAtt' ? splitAttribute(text) : text })),
      ...(['seq', 'map'] as const).map((collection) => collectionTag(name, collection)),
    ]),
  ];
}

function scalarTag(tag: string, resolve: (text: string) => unknown): ScalarTag {
  return { tag, resolve };
}

function collectionTag(name: string, collection: 'seq' | 'map'): CollectionTag {
  return {
    tag: `!${name}`,
    collection,
    resolve: (node) => {
      // The node is filled only after its tag has been resolved, so the long form is made when it is written as JSON.
      const value: object = { toJSON: () => ({ [`Fn::${name}`]: node.toJSON() as unknown }) };
      return value as ReturnType<NonNullable<CollectionTag['resolve']>> & object;
    },
  };
}

/** `Table.StreamArn` → the resource and its attribute, which may contain further dots. */
function splitAttribute(text: string): string[] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}
