import { readFileSync } from 'node:fs';
import { WHAT_TO_DO, whatToDo } from '../../../../../functions/shared/runs/what-to-do';

const page = readFileSync('docs/operations.md', 'utf8');
const inThePage = (error: string) => new RegExp(`^\\| \`${error}\` \\|.*\\| ([^|]+) \\|$`, 'm').exec(page)?.[1];

it.each(Object.entries(WHAT_TO_DO))('The page on operations says the same about %s', (error, advice) => {
  expect(inThePage(error)).toBe(advice);
});

it('A refusal behind the error is advised on too', () => {
  expect(whatToDo({ error: 'BackupIncomplete', behind: ['States.Timeout', 'AccessDeniedException'] })).toBe(
    'Give the role the right that AWS names. Do what the line of each instance says, then start again.',
  );
});

it("An error with a name of AWS's own is advised on", () => {
  expect(whatToDo({ error: 'InvalidInstanceID.NotFound' })).toBe('Correct what AWS says, start again.');
});
