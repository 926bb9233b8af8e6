import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

interface Definition {
  properties: Record<string, { enum?: string[] }>;
  required: string[];
}

/** What is wrong with a request to the worker, as the real one would find by the same schema. */
export function requestProblems(request: object): string[] {
  const { action } = request as { action?: string };
  const schema = requestSchemas().find(({ actions }) => actions.includes(action ?? ''))?.schema;
  if (!schema) return [`action must not be ${action}.`];
  const { error } = schema.safeParse(request);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
}

function requestSchemas(): { actions: string[]; schema: z.ZodType }[] {
  if (schemas) return schemas;
  const { $defs } = JSON.parse(readFileSync(join(__dirname, '../../worker/request.json'), 'utf8')) as {
    $defs: Record<string, Definition>;
  };
  const { common } = $defs;
  schemas = ['backup', 'restore', 'verify', 'compare', 'stop'].map((name) => {
    const { properties, required } = $defs[name] as Definition;
    const whole = {
      type: 'object',
      properties: { ...common?.properties, ...properties },
      required: [...(common?.required ?? []), ...required],
      additionalProperties: false,
      $defs,
    };
    return { actions: properties.action?.enum ?? [], schema: z.fromJSONSchema(whole as never) };
  });
  return schemas;
}

let schemas: { actions: string[]; schema: z.ZodType }[] | undefined;
