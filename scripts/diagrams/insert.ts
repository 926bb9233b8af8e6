const SECTION = /(<!-- diagram:([\w-]+) -->\n)[\s\S]*?(<!-- \/diagram -->)/g;

const LEGEND = 'A box with double sides waits until a job in AWS ends. A dotted line is taken when the state fails.';

/**
 * Puts diagrams between the markers `<!-- diagram:NAME -->` and `<!-- /diagram -->` of a page.
 * Throws for a name that has no diagram.
 */
export function insertDiagrams(page: string, diagrams: Readonly<Record<string, string>>): string {
  return page.replace(SECTION, (_section, start: string, name: string, end: string) => {
    const diagram = diagrams[name];
    if (diagram === undefined) throw new Error(`There is no statemachines/${name}.asl.json to draw.`);
    return `${start}\`\`\`mermaid\n${diagram}\n\`\`\`\n\n${LEGEND}\n${end}`;
  });
}
