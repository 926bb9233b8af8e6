import { brokenBy, PEOPLE } from '../../../scenarios/dynamodb-restore/people';

/** The states of a swap in their order, from its first change to its last. */
const STATES = [
  'Restore Duplicate',
  'Verify Duplicate',
  'Back Up Original',
  'Back Up Duplicate',
  'Ask Approval',
  'Confirm Last Minute',
  'Check Deletion',
  'Rehearse Restore',
  'Delete Original',
  'Restore Original',
  'Verify Original',
  'Put Settings Back',
  'Verify Settings',
  'Clean Up',
];

describe.each(PEOPLE)('Beside $name', (person) => {
  it.each(STATES)('a swap keeps its promises, from %s on', async (state) => {
    expect(await brokenBy(person, state)).toEqual([]);
  });
});
