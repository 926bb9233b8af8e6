import { aslLanguage } from '../../../../scripts/validate/asl-language';
import { findingsInStates, TASK } from './bad-examples';

describe('The language of a state machine', () => {
  it('is JSONata, said once at the top', async () => {
    expect(await findingsInStates(aslLanguage, { Stop: TASK })).toEqual([]);
    expect(await findingsInStates(aslLanguage, { Stop: TASK }, { QueryLanguage: undefined })).toContain(
      'QueryLanguage must be JSONata',
    );
    expect(await findingsInStates(aslLanguage, { Stop: { ...TASK, QueryLanguage: 'JSONata' } })).toEqual([
      "'Stop' has a QueryLanguage; only the state machine has one",
    ]);
  });

  it('is not JSONPath', async () => {
    const findings = await findingsInStates(aslLanguage, { Stop: { ...TASK, ResultPath: '$.stopped' } });

    expect(findings).toContain("'Stop' has the JSONPath field ResultPath");
  });

  it('can be parsed, inside maps too', async () => {
    const states = { Broken: { ...TASK, Output: '{% $merge( %}' } };
    const findings = await findingsInStates(aslLanguage, {
      Groups: { Type: 'Map', ItemProcessor: { StartAt: 'Broken', States: states }, End: true },
    });

    expect(findings).toContainEqual(expect.stringContaining("'Broken': "));
  });

  it('is what asl-validator accepts', async () => {
    const findings = await findingsInStates(aslLanguage, { Stop: { ...TASK, Next: 'Nowhere', End: undefined } });

    expect(findings).toEqual([expect.stringContaining('asl-validator: ')]);
  });
});
