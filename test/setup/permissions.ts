import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeClose } from '../../scenarios/before-close';
import { forgetRefusals, refusalsAreWanted } from './refusals';

/**
 * With PERMISSIONS_LOG, the folder to write to, every test file leaves there which statements of which roles its runs
 * have needed, and which of their requests were refused without being meant to be: `npm run permissions -- --used FOLDER`
 * reads it.
 */
const folder = process.env.PERMISSIONS_LOG;

if (folder) {
  const used = new Set<string>();
  const refused = new Map<string, [request: string, test: string]>();
  beforeClose.add(({ account, stack }) => {
    // Loaded only here: half of the test files simulate nothing.
    const { neededGrants } = require('../../simulator/iam/authorize') as typeof import('../../simulator/iam/authorize');
    const { workflows } = require('../../cli/workflows') as typeof import('../../cli/workflows');
    const families = new Set(Object.values(workflows).flatMap(({ family }) => family ?? []));
    const roles = [...stack.resources].filter(([, { type }]) => type === 'AWS::IAM::Role');
    const idOf = new Map(roles.map(([id, { attributes }]) => [String(attributes.Arn), id]));
    const managed = [...stack.resources].filter(([, { type }]) => type === 'AWS::IAM::ManagedPolicy');
    const policyOf = new Map(managed.map(([id, { physicalId }]) => [physicalId, id]));
    const { grants, refusals } = neededGrants(account);
    // Without a family the statements of shared policies have other numbers.
    const isWhole = [...families].every((family) => stack.parameters[family] !== 'No');
    for (const { roleArn, policy, statement, action } of isWhole ? grants : [])
      if (idOf.has(roleArn))
        used.add(`${idOf.get(roleArn)} ${policyOf.get(policy) ?? policy.split('/').at(-1)} ${statement} ${action}`);
    for (const refusal of refusalsAreWanted() ? [] : refusals) {
      const [roleArn = '', ...request] = refusal.split(' ');
      const role = idOf.get(roleArn);
      const entry: [string, string] = [`${role} ${request.join(' ')}`, String(expect.getState().currentTestName)];
      if (role) refused.set(entry.join(' in '), entry);
    }
  });

  beforeEach(forgetRefusals);

  afterAll(() => {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${process.pid}-${process.hrtime.bigint()}.json`);
    writeFileSync(file, JSON.stringify({ used: [...used], refused: [...refused.values()] }));
  });
}
