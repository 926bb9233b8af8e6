import {
  open,
  output,
  parksTable,
  smallWorld,
  swapInput,
  TABLE,
  TABLE_ARN,
} from '../../../scenarios/dynamodb-restore/parks';
import type { Simulation } from '../../../scenarios/simulation';
import type { World } from '../../../scenarios/world';
import type { Execution } from '../../../simulator/asl/execution';
import type { Fault } from '../../../simulator/faults';

const READER = 'arn:aws:iam::444455556666:role/analytics';
const allow = (Principal: object, Resource: string) => ({
  Effect: 'Allow' as const,
  Principal,
  Action: 'dynamodb:*',
  Resource,
});
/** A table whose stream has readers of every kind, and which is exported to Redshift. */
const world = (parts: Partial<World> = {}) =>
  smallWorld({
    tables: [
      parksTable({
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
        ResourcePolicy: {
          Version: '2012-10-17',
          Statement: [allow({ Service: 'redshift.amazonaws.com' }, TABLE_ARN)],
        } as never,
      }),
    ],
    pipes: [{ Name: 'ship-parks', TableName: TABLE }],
    ...parts,
  });

async function swap(
  setUp: { world?: World; faults?: Fault[]; input?: Record<string, unknown> },
  assess: (simulation: Simulation, execution: Execution, request: string) => void,
): Promise<void> {
  const simulation = await open(setUp.world ?? world(), setUp.faults);
  try {
    const { dynamodb, sns } = simulation.region;
    const ResourceArn = dynamodb.DescribeTable({ TableName: TABLE }).Table?.LatestStreamArn ?? '';
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [allow({ AWS: READER }, ResourceArn)] });
    dynamodb.PutResourcePolicy({ ResourceArn, Policy });
    const execution = simulation.start('dynamodb-swap-restore', swapInput(setUp.input));
    await simulation.finish(execution);
    const request = sns.published.find(({ subject }) => subject?.startsWith('APPROVAL'))?.message ?? '';
    assess(simulation, execution, request);
  } finally {
    simulation.close();
  }
}

it('names who reads a table by its stream or id before the approval, in the result and in its notification', async () => {
  await swap({}, (simulation, execution, request) => {
    const readers = output(execution).ReadersNotMoved as string[];
    expect(readers).toEqual([
      expect.stringContaining('the pipe arn:aws:pipes:eu-west-1:111122223333:pipe/ship-parks reads the stream'),
      expect.stringContaining(`${READER} may read the stream by its ARN`),
      expect.stringContaining('redshift.amazonaws.com may export the table for a zero-ETL integration'),
    ]);
    for (const reader of readers) {
      expect(request).toContain(`Not moved along: ${reader}`);
      expect(simulation.region.sns.published.at(-1)?.message).toContain(reader);
    }
  });
});

it('names nothing of a table that nothing else reads, nor of one that stays', async () => {
  const plain = smallWorld({ tables: [parksTable({ StreamSpecification: { StreamEnabled: false } })] });
  const simulation = await open(plain);
  try {
    const execution = simulation.start('dynamodb-swap-restore', swapInput());
    await simulation.finish(execution);
    expect(output(execution)).not.toHaveProperty('ReadersNotMoved');
  } finally {
    simulation.close();
  }
  await swap({ world: world({ operator: { answer: 'refuse', afterSeconds: 20 } }) }, ({ region }, execution) => {
    expect(execution.error).toBe('ApprovalRefusedError');
    expect(region.sns.published.at(-1)?.message).not.toContain('ReadersNotMoved');
  });
});

it.each([
  ['pipes:ListPipes', 'whether an EventBridge pipe reads the stream could not be looked up'],
  ['dynamodb:GetResourcePolicy', 'whether other accounts read the stream could not be looked up'],
])('says what could not be looked up when %s is denied, and the swap is done', async (call, text) => {
  const faults = ['OpenSwapFunction', 'CheckDeletionFunction', 'DeleteOriginalFunction'].map(
    (by): Fault => ({ call, by, fault: 'accessDenied', times: 'always' }),
  );
  await swap({ faults }, (_simulation, execution) => {
    expect(output(execution)).toMatchObject({
      DataUnderName: 'restored',
      ReadersNotMoved: expect.arrayContaining([expect.stringContaining(text)]),
    });
  });
});

it('still names the pipes of the first look when the second one is denied', async () => {
  const faults: Fault[] = [
    { call: 'pipes:ListPipes', by: 'CheckDeletionFunction', fault: 'accessDenied', times: 'always' },
  ];
  await swap({ faults }, (_simulation, execution) => {
    const readers = output(execution).ReadersNotMoved as string[];
    expect(readers).toHaveLength(4);
    expect(readers).toContainEqual(expect.stringContaining('pipe/ship-parks reads the stream'));
    expect(readers).toContainEqual(expect.stringContaining('could not be looked up'));
  });
});

describe('Tags of a stream consumer', () => {
  const tagged = (Tags: Record<string, string>) =>
    world({ eventSourceMappings: [{ TableName: TABLE, FunctionName: 'index-parks', Tags }] });
  const tagsNow = ({ region }: Simulation) => region.lambda.eventSourceMappings.toWorld().map(({ Tags }) => Tags);

  it('are those of the mapping before', async () => {
    await swap({ world: tagged({ team: 'search' }) }, (simulation, execution) => {
      expect(output(execution)).not.toHaveProperty('SettingsNotRestored');
      expect(tagsNow(simulation)).toEqual([{ team: 'search' }]);
    });
  });

  it('that belong to AWS are named, because only AWS can set them', async () => {
    await swap(
      { world: tagged({ team: 'search', 'aws:cloudformation:stack-name': 'shop' }) },
      (simulation, execution) => {
        expect(output(execution).SettingsNotRestored).toEqual([
          expect.stringMatching(/^tags of stream consumers: .*shop/),
        ]);
        expect(tagsNow(simulation)).toEqual([{ team: 'search' }]);
      },
    );
  });
});
