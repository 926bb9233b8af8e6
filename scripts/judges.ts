import { botocore } from './judges/botocore';
import { type KnownDifference, knownDifferences } from './judges/differences';
import { eventPatterns } from './judges/event-patterns';
import type { Difference, Judge } from './judges/judge';
import { samTranslator } from './judges/sam-translator';

const JUDGES: Judge[] = [eventPatterns, samTranslator, botocore];

/** `npm run judges`: asks engines and recordings that are not ours. Fails on every difference that is not listed. */
async function main(): Promise<void> {
  let unlisted = 0;
  for (const judge of JUDGES) {
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
