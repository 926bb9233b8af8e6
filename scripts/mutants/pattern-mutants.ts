import { type Document, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { lineAt, type Mutant, mutantId } from './mutant';

type Path = (string | number)[];

/** All mutants of the template's event patterns: each value that is left out, and each key. */
export function patternMutants(file: string, source: string): Mutant[] {
  const template = parse(source);
  const resources = template.get('Resources');
  if (!isMap(resources)) return [];
  return resources.items.flatMap(({ key }) => {
    const name = String(isScalar(key) ? key.value : key);
    const at: Path = ['Resources', name, 'Properties', 'EventPattern'];
    const pattern = template.getIn(at);
    if (!isMap(pattern)) return [];
    const around = String(pattern);
    return pathsIn(pattern).map((path): Mutant => {
      const node = template.getIn([...at, ...path], true) as { range?: [number, number, number] };
      return {
        id: mutantId(file, name, around, JSON.stringify(path)),
        file,
        line: lineAt(source, node.range?.[0] ?? 0),
        what: `${name}: EventPattern without ${path.join('.')}`,
        apply() {
          const changed = parse(source);
          changed.deleteIn([...at, ...path]);
          return changed.toString({ lineWidth: 0 });
        },
      };
    });
  });
}

function parse(source: string): Document {
  // What an intrinsic function does is not looked at: a tag stays as it is.
  return parseDocument(source, { logLevel: 'silent' });
}

/** The places of what can be left out: keys, unless there is only one, and elements of lists of several. */
function pathsIn(node: unknown, path: Path = []): Path[] {
  if (isMap(node))
    return node.items.flatMap(({ key, value }) => {
      const place = [...path, String(isScalar(key) ? key.value : key)];
      return [...(node.items.length > 1 ? [place] : []), ...pathsIn(value, place)];
    });
  if (isSeq(node))
    return node.items.flatMap((item, index) => [
      ...(node.items.length > 1 ? [[...path, index]] : []),
      ...pathsIn(item, [...path, index]),
    ]);
  return [];
}
