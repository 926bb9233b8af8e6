import { Command } from '@commander-js/extra-typings';
import { give, readCommandLine } from '../cli/command-line';
import { pythonPrograms } from './python-environment';
import { actionReference, checkActions } from './validate/action-reference';
import { runCfnLint } from './validate/cfn-lint';
import { runCheckov } from './validate/checkov';
import { checks } from './validate/checks';
import { describeFinding, type Finding, type Project, readProject, TEMPLATE } from './validate/project';
import { runSamValidate } from './validate/sam-validate';
import { runVermin } from './validate/worker-python';

const ROOT = '.';

/**
 * `npm run validate`: the template and the state machines against the house rules and asl-validator, and the template
 * against `sam validate --lint`, cfn-lint and checkov, which it installs into .venv/checkers; and the worker against its
 * Python, by vermin.
 */
async function main(): Promise<void> {
  const program = new Command('npm run validate --')
    .description('Checks the template, the state machines and the Python of the worker.')
    .option('--house-rules-only', 'leave out the checkers that are written in Python', false);
  const answer = readCommandLine(program, process.argv.slice(2));
  if (answer) return give(answer);
  const project = readProject(ROOT);
  const others = program.opts().houseRulesOnly ? [] : outsideCheckers(project);
  const own = Object.values(checks).map(async (check) => check(project));
  const findings = (await Promise.all([...others, ...own, checkActions(project, actionReference)])).flat();
  for (const finding of findings) console.log(describeFinding(finding));
  const outside = others.length > 0 ? 'sam validate, cfn-lint, checkov, vermin' : 'NOT sam validate, cfn-lint, checkov';
  const scope = `${TEMPLATE} and ${project.stateMachines.length} state machines`;
  console.log(`${scope}, ${outside}, the list of actions and ${own.length} house rules: ${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

function outsideCheckers(project: Project): (Finding[] | Promise<Finding[]>)[] {
  const programs = pythonPrograms('checkers', ROOT);
  return [
    runSamValidate(programs, ROOT),
    runCfnLint(programs, ROOT),
    runCheckov(programs, ROOT, project.text(TEMPLATE)),
    runVermin(pythonPrograms('worker', ROOT), ROOT),
  ];
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
