import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { prepareTemplate } from 'simulated-aws/cloudformation';
import { loadTemplate, parseTemplate } from 'simulated-aws/cloudformation/load-template';
import {
  intrinsicOf,
  isObject,
  type Json,
  type JsonObject,
  type ResourceDeclaration,
} from 'simulated-aws/cloudformation/template';
import { EVERYTHING } from '../permissions/grants';
import { askPython } from './ask-python';
import type { Difference, Judge } from './judge';

/**
 * AWS SAM's own translator beside the simulated one: the same template, translated by both, has the same resources with
 * the same properties; and what the translator makes keeps to the limits of CloudFormation, IAM and Lambda.
 */
export const samTranslator: Judge = {
  name: 'SAM translator',
  async ask(root) {
    const template = join(root, 'template.yaml');
    const translated = parseTemplate(translate(root, template), 'the translated template');
    const theirs = prepareTemplate({ ...translated, Transform: '' }, EVERYTHING).resources;
    const ours = prepareTemplate(loadTemplate(template), EVERYTHING).resources;
    const differences = [...compareAll(ours, theirs), ...brokenLimits(theirs, translated.Parameters ?? {})];
    return { asked: `${Object.keys(theirs).length} resources`, differences };
  },
};

function translate(root: string, template: string): string {
  const asked = { environment: 'checkers', program: 'sam_translator.py', arguments: [template] } as const;
  return askPython(root, asked, "SAM's translator could not be asked");
}

type Resources = Record<string, ResourceDeclaration>;

function compareAll(ours: Resources, theirs: Resources): Difference[] {
  const ids = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  return ids.flatMap((id): Difference[] => {
    const our = ours[id];
    const their = theirs[id];
    if (!our) return [{ what: `${their?.Type} ${id} is made by SAM only`, count: 1 }];
    if (!their) return [{ what: `${our.Type} ${id} is made here only`, count: 1 }];
    if (our.Type !== their.Type) return [{ what: `${id} is a ${our.Type} here and a ${their.Type} to SAM`, count: 1 }];
    return compareProperties(id, our, their);
  });
}

function compareProperties(id: string, our: ResourceDeclaration, their: ResourceDeclaration): Difference[] {
  const mine = comparable(our);
  const wanted = comparable(their);
  const names = [...new Set([...Object.keys(mine), ...Object.keys(wanted)])];
  return names
    .filter((name) => !isDeepStrictEqual(mine[name], wanted[name]))
    .map((name) => ({
      what: `${our.Type} ${id}: ${name} differs`,
      count: 1,
      example: `${JSON.stringify(mine[name])} here, ${JSON.stringify(wanted[name])} to SAM`.slice(0, 600),
    }));
}

/** What a resource is, without the place of its code, which is packaged in one and a folder in the other. */
function comparable({ Properties = {}, DependsOn, DeletionPolicy }: ResourceDeclaration): JsonObject {
  const { Code, CodeUri, DefinitionS3Location, ...properties } = Properties;
  return {
    ...(sorted(properties) as JsonObject),
    DependsOn: DependsOn ?? null,
    DeletionPolicy: DeletionPolicy ?? null,
  };
}

/** One form for what IAM reads alike: a list of one is its member, and the order of keys does not matter. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.length === 1 ? sorted(value[0] as Json) : value.map(sorted);
  if (!isObject(value)) return value;
  if (intrinsicOf(value)) return JSON.parse(JSON.stringify(value)) as Json;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] as Json)]),
  );
}

/** CloudFormation: 500 resources, 200 parameters; IAM: 10,240 characters of inline policies a role; Lambda: 4 KB of environment; EventBridge: 2,048 characters a pattern. */
function brokenLimits(resources: Resources, parameters: object): Difference[] {
  const limits: [what: string, size: number, limit: number][] = [
    ['resources of the template', Object.keys(resources).length, 500],
    ['parameters of the template', Object.keys(parameters).length, 200],
  ];
  for (const [id, { Type, Properties = {} }] of Object.entries(resources)) {
    if (Type === 'AWS::IAM::Role') limits.push([`characters of ${id}'s policies`, sizeOf(Properties.Policies), 10_240]);
    if (Type === 'AWS::Lambda::Function')
      limits.push([`bytes of ${id}'s environment`, sizeOf(Properties.Environment), 4096]);
    if (Type === 'AWS::Events::Rule')
      limits.push([`characters of ${id}'s pattern`, sizeOf(Properties.EventPattern), 2048]);
  }
  return limits
    .filter(([, size, limit]) => size > limit)
    .map(([what, size, limit]) => ({ what: `more than ${limit} ${what}`, count: 1, example: String(size) }));
}

const sizeOf = (value: Json | undefined) => JSON.stringify(value ?? '').length;
