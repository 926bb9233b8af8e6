import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { afterHelp, give, readCommandLine } from '../cli/command-line';
import { EXIT } from '../cli/failure';
import { duration, table } from '../cli/render/report';
import { type Screen, standardOutput, type Tone, wrap } from '../cli/render/screen';
import { Simulation, type SimulationResult } from '../scenarios/simulation';
import type { Scene } from './demo/scene';
import { scenes } from './demo/scenes';
import { pacer } from './render/pace';
import { pageOf } from './render/picture';
import { printReport } from './render/simulation-report';
import { namesIn, watch } from './render/watch';

/** How long the demo may wait, in all, so that a person at a terminal can follow. */
const PAUSES_MS = 8_000;

interface ShownScene {
  scene: Scene;
  result: SimulationResult | undefined;
  /** What is not as announced. */
  problems: string[];
}

// The SDK's advice is about Node.js versions of its own future; here it would only be in the way.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

main().catch((error) => {
  console.error(error);
  process.exitCode = EXIT.aws;
});

/** `npm run demo`: shows every scene, then a summary. */
async function main(): Promise<void> {
  const program = new Command('npm run demo --')
    .description('Shows every scene in the simulated AWS account, then a summary.')
    .option('--html <FOLDER>', 'write a page of each run there, which any browser opens')
    .addHelpText(
      'after',
      afterHelp('npm run demo -- --html pages', {
        ok: 'each scene ended as announced',
        failed: 'a scene did not',
        aws: 'the demo broke off',
      }),
    );
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) return give(answer);
  const { html } = program.opts();
  if (html) mkdirSync(html, { recursive: true });
  const screen = standardOutput();
  const pause = pacer(screen.isTerminal ? PAUSES_MS : 0);
  const startedAt = Date.now();
  const shown: ShownScene[] = [];
  screen.print(
    'The real state machines, Lambda functions and AWS SDK, in a simulated AWS account and in virtual time.',
  );
  for (const [index, scene] of scenes.entries()) {
    printTitle(`${index + 1}/${scenes.length}  ${scene.workflow}`, scene.announcement, screen);
    const pageFile = html && join(html, `${index + 1}-${scene.workflow}.html`);
    shown.push(await show(scene, screen, pause, pageFile));
  }
  printSummary(shown, (Date.now() - startedAt) / 1000, screen);
  process.exitCode = shown.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

async function show(
  scene: Scene,
  screen: Screen,
  pause: (virtualSeconds: number) => void,
  pageFile: string | undefined,
): Promise<ShownScene> {
  const { workflow, world, input, faults, doubts } = scene;
  let result: SimulationResult | undefined;
  let problems: string[];
  const simulation = await Simulation.open({ world, faults, doubts });
  try {
    watch(simulation, world, screen, pause);
    const execution = simulation.begin(workflow, input);
    scene.meanwhile?.(simulation, execution);
    await simulation.finish(execution);
    if (pageFile) writeFileSync(pageFile, await pageOf(simulation, execution));
    result = simulation.result(workflow, execution);
    printReport(result, namesIn(world), screen);
    for (const line of scene.comparisons?.(result) ?? []) screen.print(line);
    problems = scene.check(result);
  } catch (error) {
    problems = [`The simulation broke off: ${(error as Error).stack}`];
  } finally {
    simulation.close();
  }
  if (problems.length === 0) screen.print(screen.paint('✓ as announced', 'good'));
  for (const problem of problems) screen.print(screen.paint(`✗ ${problem}`, 'bad'));
  return { scene, result, problems };
}

function printTitle(title: string, announcement: string, screen: Screen): void {
  screen.print('');
  screen.print(screen.paint(`── ${title} ${'─'.repeat(Math.max(0, screen.width - title.length - 4))}`, 'title'));
  for (const line of wrap(announcement, screen.width)) screen.print(line);
  screen.print('');
}

function printSummary(shown: ShownScene[], seconds: number, screen: Screen): void {
  printTitle('summary', `${shown.length} runs in ${seconds.toFixed(0)} seconds.`, screen);
  const rows = shown.map(({ scene, result, problems }, index) => [
    plain(String(index + 1)),
    plain(scene.workflow),
    plain(result?.status ?? '-'),
    plain(result ? duration(result.durationSeconds) : '-'),
    plain(result ? String(result.historyEvents) : '-'),
    problems.length === 0
      ? { text: 'as announced', tone: 'good' as const }
      : { text: 'NOT as announced', tone: 'bad' as const },
  ]);
  screen.print(table(['', 'workflow', 'execution', 'virtual time', 'history events', 'ended'], rows, screen));
}

function plain(text: string): { text: string; tone: Tone } {
  return { text, tone: 'plain' };
}
