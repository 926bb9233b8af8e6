import { readFileSync } from 'node:fs';
import type { Picture } from '../../cli/picture/picture';
import { redact } from '../../cli/picture/redact';
import { defaultWorld, exampleInput, Simulation } from '../../scenarios/simulation';
import type { World } from '../../scenarios/world';
import { pageOf } from '../../scripts/render/picture';

/** The JSON inside a page. */
function dataOf(html: string): Picture {
  const [, data = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(data) as Picture;
}

async function run(workflow: string, world: World = defaultWorld(workflow)) {
  const simulation = await Simulation.open({ world, seed: 1 });
  try {
    const execution = simulation.begin(workflow, exampleInput(workflow));
    await simulation.finish(execution);
    const html = await pageOf(simulation, execution);
    return { html, picture: dataOf(html), result: simulation.result(workflow, execution) };
  } finally {
    simulation.close();
  }
}

function secondsOf(picture: Picture, lane: string, kind: string): number | undefined {
  const bar = picture.lanes
    .find(({ name }) => name.startsWith(lane))
    ?.bars.find((candidate) => candidate.kind === kind);
  return bar && (bar.to - bar.from) / 1000;
}

describe('The page of a run', () => {
  it('shows for each instance how long its application was down, and what happened in that time', async () => {
    const { picture, result } = await run('pre-post-backup');

    const { Instances } = (result.output ?? {}) as { Instances: { InstanceId: string; DowntimeSeconds?: number }[] };
    expect(Instances.length).toBeGreaterThan(3);
    for (const { InstanceId, DowntimeSeconds } of Instances)
      expect(secondsOf(picture, InstanceId, 'down')).toBe(DowntimeSeconds);
    const first = picture.lanes.find(({ name }) => name === `${Instances[0]?.InstanceId} web-1`);
    expect(first?.bars.map(({ kind }) => kind)).toEqual([
      'frozen',
      'down',
      'freeze',
      'stop',
      'backup',
      'start',
      'thaw',
    ]);
    expect(picture.table?.rows).toHaveLength(Instances.length);
  });

  it('shows how long the name of a table was empty, and who is said to have approved it', async () => {
    const { picture, result } = await run('dynamodb-swap-restore');

    const { TableName, UnavailableSeconds } = result.output as { TableName: string; UnavailableSeconds: number };
    expect(secondsOf(picture, TableName, 'empty')).toBe(UnavailableSeconds);
    const marks = picture.lanes.find(({ name }) => name === TableName)?.marks ?? [];
    expect(marks.map(({ text }) => text)).toEqual(['approved, said to be by simulated operator']);
  });

  it('shows the work of a run that has no execution', async () => {
    const { picture } = await run('efs-to-efs');

    const [lane] = picture.lanes;
    expect(lane?.bars.map(({ kind }) => kind)).toEqual(['start', 'backup', 'stop']);
  });

  it('names the worst instance first, with why it failed', async () => {
    const world = JSON.parse(readFileSync('events/worlds/pre-post-backup-job-failed.json', 'utf8')) as World;

    const { picture, result } = await run('pre-post-backup', world);

    expect(result.status).toBe('FAILED');
    expect(picture).toMatchObject({ outcome: 'FAILED', tone: 'bad' });
    const instances = picture.lanes.filter(({ name }) => name.startsWith('i-'));
    expect(instances[0]).toMatchObject({ tone: 'bad', note: expect.stringContaining('backup job') });
    expect(instances.slice(1).every(({ tone }) => tone !== 'bad')).toBe(true);
  });

  it('takes names and messages of others for text, whatever is in them', async () => {
    const hostile = `</script><img src=x onerror=alert(1)>javascript:\u202e"'&`;
    const world = defaultWorld('pre-post-backup');
    const [instance] = world.instances ?? [];
    if (!instance) throw new Error('The default world has no instance.');
    instance.Tags = { ...instance.Tags, Name: hostile };

    const { html, picture } = await run('pre-post-backup', world);

    expect(
      picture.lanes.some(({ name }) => name.includes('</script><img src=x onerror=alert(1)>javascript:\\u202e')),
    ).toBe(true);
    expect(html).not.toContain('<img');
    expect(html).not.toContain('\u202e');
    expect(html.match(/<script/g)).toHaveLength(2);
  });

  it('loads nothing and lets nothing run but its own script', async () => {
    const { html } = await run('efs-backup');

    expect(html).toMatch(/default-src 'none'; style-src 'sha256-[\w+/]+={0,2}'; script-src 'sha256-[\w+/]+={0,2}';/);
    expect(html).not.toMatch(/<link|@import|url\(|<[^>]+ (src|style|on\w+)=/);
  });

  it('has no account id and no ARN when it is redacted', async () => {
    const { picture } = await run('pre-post-backup');

    const text = JSON.stringify(redact({ ...picture, links: [] }));

    expect(text).not.toContain('111122223333');
    expect(text).not.toContain('arn:aws');
    expect(text).toContain('web-1');
  });
});
