import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Definition } from '../../simulator/asl/definition';
import { parseTemplate } from '../../simulator/cloudformation/load-template';
import type { Template } from '../../simulator/cloudformation/template';

export const TEMPLATE = 'template.yaml';
const PARTITION = `\${Partition}`;
export const OPERATIONS_PAGE = 'docs/operations.md';
export const WORKER_PAGE = 'docs/efs-to-efs.md';

/** Something that a check does not accept, and where it stands. */
export interface Finding {
  file: string;
  line: number;
  rule: string;
  message: string;
}

/** A finding in one line, so that an editor can jump to it. */
export function describeFinding({ file, line, rule, message }: Finding): string {
  return `${file}:${line} ${rule}: ${message}`;
}

/** Reads the files of a project and lists what is wrong with them. */
export type Check = (project: Project) => Finding[] | Promise<Finding[]>;

/** Where a value stands in a YAML or JSON file, from the top: `['Resources', 'RunsTable', 'Properties']`. */
export type Path = readonly (string | number)[];

export interface StateMachineFile {
  file: string;
  definition: Definition;
}

/** The files that the checks read, by their path from the repository's root. */
export class Project {
  readonly template: Template;
  readonly stateMachines: StateMachineFile[];
  private readonly positions = new Map<string, { root: Node | null; lines: LineCounter }>();

  constructor(readonly files: Readonly<Record<string, string>>) {
    this.template = parseTemplate(this.text(TEMPLATE), TEMPLATE);
    this.stateMachines = this.list(/^statemachines\/.*\.asl\.json$/).map((file) => ({
      file,
      // A placeholder stands in each ARN; what reads definitions is to see ARNs.
      definition: JSON.parse(this.text(file).replaceAll(PARTITION, 'aws')) as Definition,
    }));
  }

  text(file: string): string {
    return this.files[file] ?? '';
  }

  /** The paths that match a pattern. */
  list(pattern: RegExp): string[] {
    return Object.keys(this.files).filter((file) => pattern.test(file));
  }

  /** A finding at a value of a YAML or JSON file; what an intrinsic function adds to the path is passed over. */
  finding(file: string, path: Path, rule: string, message: string): Finding {
    return { file, line: this.lineOf(file, path), rule, message };
  }

  /** A finding at the first place where a text stands in a file. */
  findingAtText(file: string, text: string, rule: string, message: string): Finding {
    const offset = Math.max(0, this.text(file).indexOf(text));
    return { file, line: this.text(file).slice(0, offset).split('\n').length, rule, message };
  }

  private lineOf(file: string, path: Path): number {
    const { root, lines } = this.positionsIn(file);
    let node: unknown = root;
    let offset = 0;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
        if (!pair) break;
        offset = (pair.key as Node).range?.[0] ?? offset;
        node = pair.value;
      } else if (isSeq(node) && typeof step === 'number') {
        node = node.items[step];
        offset = (node as Node | undefined)?.range?.[0] ?? offset;
      }
    }
    return lines.linePos(offset).line;
  }

  private positionsIn(file: string) {
    let known = this.positions.get(file);
    if (!known) {
      const lines = new LineCounter();
      // JSON is YAML too, and only the YAML parser keeps positions.
      known = { root: parseDocument(this.text(file), { lineCounter: lines }).contents, lines };
      this.positions.set(file, known);
    }
    return known;
  }
}

/** Reads what the checks need from a checkout. */
export function readProject(root: string): Project {
  const paths = [
    TEMPLATE,
    OPERATIONS_PAGE,
    WORKER_PAGE,
    ...['statemachines', 'functions', 'worker'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
    ),
  ].filter((path) => /\.(yaml|md|json|ts|py)$/.test(path));
  return new Project(Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])));
}
