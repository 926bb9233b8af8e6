import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import JSON5 from 'json5';
import { compilePattern } from 'simulated-aws/services/events/pattern';
import type { Difference, Judge } from './judge';
import { recordingsFolder } from './recordings';

type Outcome = 'matches' | 'does not match' | 'is refused' | 'is not simulated';

/** Pairs of an event and a pattern whose outcome was recorded on AWS: it is in the file's name. */
export const eventPatterns: Judge = {
  name: 'event patterns',
  async ask(root) {
    const folder = join(recordingsFolder(root), 'localstack/events/event_pattern_templates');
    if (!existsSync(folder)) return { asked: '', differences: [], skipped: 'there are no recordings of AWS here' };
    const files = readdirSync(folder).filter((file) => file.endsWith('.json5'));
    const differences = files.flatMap((file): Difference[] => {
      const { Event, EventPattern } = JSON5.parse(readFileSync(join(folder, file), 'utf8'));
      const here = outcomeOf(EventPattern, Event);
      const onAws = recordedOutcome(file);
      return here === onAws ? [] : [{ what: `${basename(file)} ${here}; on AWS it ${onAws}`, count: 1 }];
    });
    return { asked: `${files.length} recorded pairs of event and pattern`, differences };
  },
};

function recordedOutcome(file: string): Outcome {
  if (file.includes('_EXC')) return 'is refused';
  return file.includes('_NEG') ? 'does not match' : 'matches';
}

function outcomeOf(pattern: unknown, event: object): Outcome {
  try {
    return compilePattern(JSON.stringify(pattern))(event) ? 'matches' : 'does not match';
  } catch (error) {
    return (error as Error).name === 'SimulatorError' ? 'is not simulated' : 'is refused';
  }
}
