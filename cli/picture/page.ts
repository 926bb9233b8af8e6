import { createHash } from 'node:crypto';
import { escapeControls } from '../../functions/shared/escape-controls';
import { SCRIPT } from './page-script';
import { STYLE } from './page-style';
import type { Picture } from './picture';

/** A result of more rows is found by search; all of it is in the data. */
const MOST_ROWS = 100;

/**
 * The page of a run: one file that loads nothing and sends nothing, as its Content-Security-Policy says. Texts of others
 * (names, tags, messages) reach it as text only: escaped here, and set as text by its script.
 */
export function page(given: Picture): string {
  const picture = safe(given);
  const { workflow, name, outcome, tone, error, cause, facts, report, table, links } = picture;
  const data = JSON.stringify(picture).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
  const policy = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(outcome)}: ${html(workflow)} ${html(name)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1><span class="outcome ${tone}">${html(outcome)}</span> ${html(workflow)} <small>${html(name)}</small></h1>
${error || cause ? `<pre class="cause">${html([error, cause].filter(Boolean).join(': '))}</pre>` : ''}
${pairs(facts)}
</header>
<main>
<section aria-labelledby="timeline-title">
<h2 id="timeline-title">Timeline</h2>
<noscript><p>The timeline is drawn by the script in this file, which your reader does not run. The result below is complete.</p></noscript>
<p class="tools"><label for="search">Find a lane</label> <input id="search" type="search" autocomplete="off"> <span id="found" role="status"></span></p>
<ul id="legend"></ul>
<div id="axis" aria-hidden="true"></div>
<div id="lanes" tabindex="0" role="listbox" aria-label="Lanes of the timeline; arrow keys choose one"><div id="space"></div></div>
<div id="detail" role="status"></div>
</section>
<section aria-labelledby="result-title">
<h2 id="result-title">Result</h2>
${pairs(report)}
${table ? resultTable(table) : ''}
</section>
${links.length > 0 ? `<section aria-labelledby="links-title"><h2 id="links-title">In the AWS console</h2><ul class="links">${links.map(({ text, url }) => `<li><a rel="noreferrer" href="${html(url)}">${html(text)}</a></li>`).join('')}</ul></section>` : ''}
</main>
<script type="application/json" id="data">${data}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function resultTable({ head, rows }: NonNullable<Picture['table']>): string {
  const cells = (tag: string, texts: string[]) => texts.map((text) => `<${tag}>${html(text)}</${tag}>`).join('');
  const shown = rows.slice(0, MOST_ROWS);
  const more = rows.length - shown.length;
  return `<div class="wide" tabindex="0" role="region" aria-label="Result of each target"><table>
<thead><tr>${cells('th', head)}</tr></thead>
<tbody>${shown.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n')}</tbody>
</table></div>${more > 0 ? `<p>${more} more rows: find their lanes above.</p>` : ''}`;
}

function pairs(list: [string, string][]): string {
  const shown = list.filter(([, text]) => text !== '');
  return shown.length === 0
    ? ''
    : `<dl>${shown.map(([label, text]) => `<div><dt>${html(label)}</dt><dd>${html(text)}</dd></div>`).join('')}</dl>`;
}

/** Every text of a picture with its control and bidirectional characters visible. */
function safe<T>(value: T): T {
  if (typeof value === 'string') return escapeControls(value) as T;
  if (Array.isArray(value)) return value.map(safe) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, safe(member)])) as T;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function html(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
