import { Night } from '../../../scenarios/efs-to-efs/night';

const FINE = {
  WorkerUri: `s3://a-bucket/worker/${'0'.repeat(64)}.pyz`,
  WorkerSha256: '0'.repeat(64),
  Request: 'e30=',
  TimeoutSeconds: '60',
};

/** Characters that mean something to a shell, and none that the parameters need. */
const META = [...' $()`;|&<>*?~#!\\\'"\n\t{}[]%^,@'];

let night: Night;

beforeAll(async () => {
  night = await Night.open();
});

afterAll(() => night.close());

function send(parameters: Record<string, string>): void {
  const DocumentName = night.simulation.stack.resource('EfsToEfsDocument').physicalId;
  const Parameters = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, [value]]));
  night.region.ssm.SendCommand({ DocumentName, Parameters, Targets: [{ Key: 'tag:none', Values: ['none'] }] });
}

describe('The SSM document of the worker', () => {
  it('takes what the orchestrator sends', () => {
    expect(() => send(FINE)).not.toThrow();
  });

  it.each(Object.keys(FINE))('takes nothing in %s that a shell could read as more than a word (S3-D18)', (name) => {
    const value = FINE[name as keyof typeof FINE];
    for (const character of META) {
      for (const at of [0, Math.floor(value.length / 2), value.length]) {
        const evil = value.slice(0, at) + character + value.slice(at);
        expect(() => send({ ...FINE, [name]: evil })).toThrow('does not match the pattern');
      }
    }
  });
});
