import { workflows } from '../../cli/workflows';
import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import { parseWorld } from '../../scenarios/world';

let simulation: Simulation | undefined;

afterEach(() => {
  simulation?.close();
  simulation = undefined;
});

const WORKFLOWS = Object.keys(workflows);
const PLACES = [
  { id: 'aws-us-gov', home: 'us-gov-west-1', other: 'us-gov-east-1', suffix: 'amazonaws.com' },
  { id: 'aws-cn', home: 'cn-north-1', other: 'cn-northwest-1', suffix: 'amazonaws.com.cn' },
];

/** What a world or an input would be in another partition: its ARNs, regions and addresses. */
function moved<T>(content: T, { id, home, other, suffix }: (typeof PLACES)[number]): T {
  const text = JSON.stringify(content)
    .replaceAll('arn:aws:', `arn:${id}:`)
    .replaceAll('eu-west-1', home)
    .replaceAll('eu-central-1', other)
    .replaceAll('.s3.amazonaws.com/', `.s3.${home}.${suffix}/`);
  return JSON.parse(text) as T;
}

describe.each(PLACES)('In $home', (place) => {
  it.each(WORKFLOWS)('%s does what it is for', async (workflow) => {
    // Prepare
    const world = { ...moved(defaultWorld(workflow), place), region: place.home };
    simulation = await Simulation.open({ world });
    // Act
    const run = simulation.begin(workflow, moved(exampleInput(workflow), place));
    await simulation.finish(run);
    // Assess
    expect([run.status, run.cause]).toEqual(['SUCCEEDED', undefined]);
    const resources = simulation.account.endpoint.calls.map(({ resource }) => resource);
    expect(resources.filter((resource) => resource.startsWith('arn:aws:'))).toEqual([]);
  });
});

it.each(['ofChina', 'ofAll'] as const)(
  'an encrypted instance is started again in China, whichever name of EC2 its key asks for (%s)',
  async (behaviour) => {
    // Prepare
    const [place] = PLACES.filter(({ id }) => id === 'aws-cn');
    if (!place) throw new Error('There is no place in China.');
    const world = { ...moved(defaultWorld('pre-post-backup'), place), region: place.home };
    simulation = await Simulation.open({ world, doubts: { 'kms.viaServiceInChina': behaviour } });
    // Act
    const run = simulation.begin('pre-post-backup', moved(exampleInput('pre-post-backup'), place));
    await simulation.finish(run);
    // Assess
    expect([run.status, run.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(simulation.account.doubts.met).toHaveProperty(['kms.viaServiceInChina'], behaviour);
  },
);

it('a region that AWS does not have is no world', () => {
  expect(() => parseWorld({ region: 'eu-center-1' })).toThrow('eu-center-1 is not a region of AWS');
  expect(() => parseWorld({ vaults: [{ BackupVaultName: 'x', Region: 'mars-1' }] })).toThrow('mars-1 is not a region');
});
