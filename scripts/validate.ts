import { runCfnLint } from './validate/cfn-lint';
import { checks } from './validate/checks';
import { describeFinding, readProject } from './validate/project';

/** `npm run validate`: the template and the state machines against cfn-lint, asl-validator and the house rules. */
async function main(): Promise<void> {
  const project = readProject('.');
  const lint = runCfnLint('.');
  if (!lint) console.log('cfn-lint is not installed: template.yaml was not linted (pip install cfn-lint).');
  const own = await Promise.all(Object.values(checks).map((check) => check(project)));
  const findings = [...(lint ?? []), ...own.flat()];
  for (const finding of findings) console.log(describeFinding(finding));
  const scope = `template.yaml and ${project.stateMachines.length} state machines`;
  const linted = lint ? 'cfn-lint and ' : '';
  console.log(`${scope}, ${linted}${Object.keys(checks).length} checks: ${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
