import { Argument, Command } from '@commander-js/extra-typings';
import { give, readCommandLine } from '../cli/command-line';
import { botocore } from './judges/botocore';
import { type KnownDifference, knownDifferences } from './judges/differences';
import { eventPatterns } from './judges/event-patterns';
import type { Difference, Judge } from './judges/judge';
import { recordedAnswers } from './judges/recorded-answers';
import { recordedErrors } from './judges/recorded-errors';
import { samTranslator } from './judges/sam-translator';
import { serviceAuthorization } from './judges/service-authorization';
import { stepFunctionsEngine } from './judges/step-functions-engine';
import { stepFunctionsHistories } from './judges/step-functions-histories';

const JUDGES: Judge[] = [
  eventPatterns,
  samTranslator,
  botocore,
  recordedAnswers,
  recordedErrors,
  serviceAuthorization,
  stepFunctionsEngine,
  stepFunctionsHistories,
];

/** `npm run judges`: asks engines and recordings that are not ours. Fails on every difference that is not listed. */
async function main(): Promise<void> {
  const names = JUDGES.map(({ name }) => name);
  const program = new Command('npm run judges --')
    .description('Asks engines and recordings that are not ours. Fails on every difference that is not listed.')
    .addArgument(new Argument('[NAME...]', 'only these judges').choices(names).default(names));
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) return give(answer);
  const [wanted] = program.processedArgs;
  let unlisted = 0;
  for (const judge of JUDGES.filter(({ name }) => wanted.includes(name))) {
    const { asked, differences, skipped } = await judge.ask('.');
    if (skipped) {
      console.log(`${judge.name}: not asked, ${skipped}`);
      continue;
    }
    const unknown = differences.filter((difference) => !entryFor(judge, difference));
    const known = differences.length - unknown.length;
    console.log(`${judge.name}: ${asked}; ${known} listed differences, ${unknown.length} unlisted`);
    for (const { what, count, example } of unknown)
      console.log(`  ${what} (${count} times)${example ? `: ${example}` : ''}`);
    for (const entry of knownDifferences.filter((candidate) => candidate.judge === judge.name))
      if (!differences.some(({ what }) => entry.what.test(what)))
        console.log(`  listed, but not seen in this run: ${entry.what.source}`);
    unlisted += unknown.length;
  }
  process.exitCode = unlisted > 0 ? 1 : 0;
}

function entryFor(judge: Judge, { what }: Difference): KnownDifference | undefined {
  return knownDifferences.find((entry) => entry.judge === judge.name && entry.what.test(what));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
