import { printLine } from '../../cli/render/line';
import type { ResourceNames } from '../../cli/render/resource-name';
import type { Screen } from '../../cli/render/screen';
import { type Simulation, STACK_NAME } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import { Story } from './story';

/** Prints what happens in a simulation while it happens. `pause` is called before each line, with the virtual seconds since the last. */
export function watch(
  simulation: Simulation,
  world: World,
  screen: Screen,
  pause: (virtualSeconds: number) => void = () => {},
): void {
  const story = new Story(namesIn(world), STACK_NAME);
  let last = simulation.account.clock.date.toISOString();
  simulation.account.observer.observe((happening) => {
    const line = story.lineOf(happening);
    if (!line) return;
    pause((Date.parse(line.time) - Date.parse(last)) / 1000);
    if (line.time.slice(0, 10) !== last.slice(0, 10)) screen.print(screen.paint(line.time.slice(0, 10), 'quiet'));
    last = line.time;
    printLine({ ...line, clock: line.time.slice(11, 19) }, screen);
  });
}

/** The names that a world gives its resources by the tag `Name`. */
export function namesIn(world: World): ResourceNames {
  const tagged: [id: string, tags: Record<string, string> | undefined][] = [
    ...(world.instances ?? []).map(({ InstanceId, Tags }): [string, typeof Tags] => [InstanceId, Tags]),
    ...(world.fileSystems ?? []).map(({ FileSystemId, Tags }): [string, typeof Tags] => [FileSystemId, Tags]),
  ];
  return Object.fromEntries(tagged.flatMap(([id, tags]) => (tags?.Name ? [[id, tags.Name]] : [])));
}
