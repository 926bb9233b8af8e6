import { checks } from '../../scripts/validate/checks';
import { describeFinding, readProject } from '../../scripts/validate/project';

describe('The template and the state machines', () => {
  const project = readProject('.');

  it.each(Object.entries(checks))('keep the rules of %s', async (_name, check) => {
    const findings = await check(project);

    expect(findings.map(describeFinding)).toEqual([]);
  });
});
