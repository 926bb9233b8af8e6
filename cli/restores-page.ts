import { escapeControls } from '../functions/shared/escape-controls';
import { duration } from './render/report';
import type { TestedResource } from './tested-resources';

const POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'";
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * The page about the restore tests of a stack, for an auditor: one file that loads nothing and has no script, as its
 * Content-Security-Policy says. Names, tags and messages are of others, and stand in it as text.
 */
export function restoresPage(
  resources: TestedResource[],
  { stack, region, accountId, at }: { stack: string; region: string; accountId: string; at: number },
): string {
  const good = resources.filter(({ verdict }) => verdict === 'SUCCESSFUL').length;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Restore tests of ${html(stack)}</title>
</head>
<body>
<h1>Restore tests of ${html(stack)}</h1>
<p>Account ${html(accountId)}, ${html(region)}, as of ${time(at)}: the last test of ${good} of ${resources.length} resources was good.</p>
${resources.map(section).join('\n')}
</body>
</html>
`;
}

function section(resource: TestedResource): string {
  const facts: [string, string][] = [
    ['Verdict', resource.verdict],
    ['Tested', time(resource.testedAt)],
    ['Last good test', resource.goodAt === undefined ? 'none' : time(resource.goodAt)],
    ['What was found', resource.message],
    ['Recovery time', measured(resource.recoverySeconds, resource.rtoSeconds)],
    ['Age of the backup', measured(resource.ageSeconds, resource.rpoSeconds)],
    ['Recovery point', resource.recoveryPointArn],
    ['Run', resource.run],
    [
      'Before, newest first',
      resource.trend.map((seconds) => (seconds === null ? 'failed' : duration(seconds))).join(', '),
    ],
    ['Still there', resource.leftBehind ?? ''],
  ];
  const shown = facts.filter(([, text]) => text !== '');
  return `<section>
<h2>${html(resource.type)} ${html(resource.resource)}</h2>
<dl>${shown.map(([label, text]) => `<dt>${label}</dt><dd>${html(text)}</dd>`).join('')}</dl>
<ul>${resource.checks.map((check) => `<li>${html(check)}</li>`).join('')}</ul>
</section>`;
}

function measured(seconds: number | undefined, wanted: number | undefined): string {
  if (seconds === undefined) return '';
  if (wanted === undefined) return duration(seconds);
  return `${duration(seconds)}, wanted ${duration(wanted)}: ${seconds <= wanted ? 'met' : 'missed'}`;
}

function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function html(text: string): string {
  return escapeControls(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
