import { resolved, type Schema } from './schema';

const SECTION = /(<!-- worker-request -->\n)[\s\S]*?(<!-- \/worker-request -->)/;

/** Puts the table of a request's keys between the markers of a page. */
export function insertTable(page: string, schema: Schema): string {
  const rows = [...(schema.allOf ?? []), ...(schema.oneOf ?? [])].map((each) => row(resolved(each, schema), schema));
  const table = ['| `action` | Keys; `?`: may be left out |', '|---|---|', ...rows].join('\n');
  return page.replace(SECTION, (_section, start: string, end: string) => `${start}${table}\n${end}`);
}

function row({ properties = {}, required = [] }: Schema, schema: Schema): string {
  const { action, ...others } = properties;
  const actions = (action?.enum ?? []).map((name) => `\`${name}\``).join(', ') || 'any';
  const keys = Object.entries(others).map(([key, each]) => {
    const definition = resolved(each, schema);
    const nested = definition.type === 'object' ? ` {${Object.keys(definition.properties ?? {}).join(', ')}}` : '';
    const notes = [rangeOf(definition), each.description].filter((note) => note !== undefined).join('; ');
    return `\`${key}${nested}\`${required.includes(key) ? '' : '?'}${notes && ` (${notes})`}`;
  });
  return `| ${actions} | ${keys.join(', ')} |`;
}

function rangeOf({ minimum, maximum }: Schema): string | undefined {
  return maximum === undefined ? undefined : `${minimum} to ${maximum.toLocaleString('en')}`;
}
