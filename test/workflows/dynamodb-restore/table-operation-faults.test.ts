import { brokenByOperation } from '../../../scenarios/dynamodb-restore/operation-invariants';
import { cleanOperation, OPERATIONS, setUp } from '../../../scenarios/dynamodb-restore/operations';
import { TABLE } from '../../../scenarios/dynamodb-restore/parks';
import { callMatrix, failing, oneEach, sample } from '../../../scenarios/fault-matrix';
import { hasEntered, statesOf } from '../../../scenarios/states';
import type { Fault } from '../../../simulator/faults';

/** A part of the matrix; `FAULTS=all` runs all of it (some minutes). */
jest.setTimeout(3_600_000);

/** The states that do or decide something. */
const statesThatDo = (machine: string) => statesOf(machine).flatMap(({ name, isEnd }) => (isEnd ? [] : name));

/** An operation that comes to a state. */
function operationFor(state: string): string {
  if (['Restore Table', 'Put Settings Back', 'Verify Settings'].includes(state)) return 'RestoreFromRecoveryPoint';
  if (state === 'Remove Leftovers') return 'RemoveLeftovers';
  return state === 'Protect Table' ? 'EnablePointInTimeRecovery' : 'DeleteTable';
}

describe.each(Object.keys(OPERATIONS))('%s keeps its promises when a call of a function goes wrong', (Operation) => {
  it.each(['once', 'always'] as const)('%s', async (times) => {
    const { calls } = await cleanOperation(Operation);
    const cases = oneEach(sample(callMatrix(calls)[times], 37));
    expect(await failing(cases, (faults) => brokenByOperation({ ...setUp(Operation), faults }))).toEqual([]);
  });
});

it('turns point-in-time recovery off again although the clock of the function that turned it on is ahead', async () => {
  const faults: Fault[] = [
    { clock: 'ProtectLastMinuteFunction', fault: 'skew', skewSeconds: 5 },
    { call: 'dynamodb:CreateBackup', by: 'BackUpTableFunction', fault: 'accessDenied', times: 'always' },
  ];
  expect(await brokenByOperation({ ...setUp('DeleteTable'), faults })).toEqual([]);
});

describe('An operator aborts the operation', () => {
  const REFUSED: Fault[] = [{ call: 'dynamodb:DeleteTable', fault: 'accessDenied', times: 'always' }];

  it.each(
    statesThatDo('dynamodb-table-operation').flatMap(
      (state) =>
        [
          [state, 0],
          [state, 0.5],
        ] as const,
    ),
  )('in %s, after %d s', async (state, seconds) => {
    const faults = state === 'Undo Operation' ? REFUSED : [];
    const broken = await brokenByOperation({
      ...setUp(operationFor(state)),
      faults,
      stop: { state, afterSeconds: seconds },
    });
    expect(broken).toEqual([]);
  });

  it.each(statesThatDo('dynamodb-table-operation-undo'))('and its undo, in %s', async (state) => {
    const broken = await brokenByOperation({
      ...setUp('DeleteTable'),
      meanwhile: async ({ account, region }, execution) => {
        const { clock } = account;
        const isOff = () => region.dynamodb.tables.get(TABLE)?.settings.DeletionProtectionEnabled === false;
        await clock.runUntil(isOff, 3600);
        region.stepFunctions.StopExecution({ executionArn: execution.arn });
        const undo = () => [...region.stepFunctions.executions.values()].find(({ name }) => name.endsWith('-undo-1'));
        const isThere = () => hasEntered(undo() ?? { history: [] }, state);
        await clock.runUntil(isThere, 24 * 3600);
        const { arn = '', status } = undo() ?? {};
        if (status === 'RUNNING') region.stepFunctions.StopExecution({ executionArn: arn });
      },
    });
    expect(broken).toEqual([]);
  });
});
