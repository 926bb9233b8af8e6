import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FOLDER } from '../../content-cache';

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  EchoFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: functions/echo.handler
      Runtime: nodejs24.x
    Metadata: { BuildMethod: makefile }
  EchoStateMachine:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: machine.asl.json
      DefinitionSubstitutions: { FunctionArn: !GetAtt EchoFunction.Arn }
      Policies: [{ LambdaInvokePolicy: { FunctionName: !Ref EchoFunction } }]
  Topic:
    Type: AWS::SNS::Topic
    Properties: { TopicName: first }
`;
const machine = (output: string) =>
  JSON.stringify({
    // No earlier run of these tests has known this definition.
    Comment: folder,
    QueryLanguage: 'JSONata',
    StartAt: 'Echo',
    States: {
      Echo: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: '${FunctionArn}', Payload: {} },
        Output: output,
        End: true,
      },
    },
  });

let folder: string;
let keptBefore: string[];

beforeEach(() => {
  keptBefore = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
  folder = mkdtempSync(join(tmpdir(), 'content-cache-'));
  mkdirSync(join(folder, 'functions'));
  writeFileSync(join(folder, 'template.yaml'), TEMPLATE);
  writeFileSync(join(folder, 'machine.asl.json'), machine('{% $states.result.Payload %}'));
  writeFileSync(join(folder, 'functions', 'word.ts'), "export const word = 'first';\n");
  writeFileSync(
    join(folder, 'functions', 'echo.ts'),
    "import { word } from './word';\nexport const handler = async () => `says ${word}`;\n",
  );
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  for (const name of readdirSync(FOLDER)) if (!keptBefore.includes(name)) rmSync(join(FOLDER, name), { force: true });
});

/** Deploys and runs the machine as a process of its own would: nothing but what is kept on disk is left of the one before. */
async function run(): Promise<{ output: unknown; topic: string; bundled: number; validated: number }> {
  let bundled = 0;
  let validated = 0;
  jest.resetModules();
  jest.doMock('esbuild', () => {
    const real = jest.requireActual('esbuild');
    return {
      ...real,
      buildSync: (options: object) => {
        bundled += 1;
        return real.buildSync(options);
      },
    };
  });
  const expressions = '../../asl/expressions';
  jest.doMock(expressions, () => {
    const real = jest.requireActual(expressions);
    return {
      ...real,
      isExpression: (value: unknown) => {
        validated += 1;
        return real.isExpression(value);
      },
    };
  });
  const { Account } = await import('../../account');
  const { deployTemplate } = await import('../../cloudformation');
  const account = new Account();
  try {
    const region = account.region();
    const deployment = deployTemplate(region, { templatePath: join(folder, 'template.yaml'), stackName: 'kept' });
    const stack = await account.clock.runUntil(deployment, 60);
    const checks = validated;
    const { executionArn = '' } = region.stepFunctions.StartExecution({
      stateMachineArn: stack.resource('EchoStateMachine').physicalId,
    });
    const execution = region.stepFunctions.executions.get(executionArn);
    await account.clock.runUntil(() => execution?.status !== 'RUNNING', 600);
    const topic = stack.resource('Topic').physicalId.split(':').at(-1) ?? '';
    return { output: JSON.parse(execution?.output ?? 'null'), topic, bundled, validated: checks };
  } finally {
    account.close();
  }
}

it('bundles and validates once while nothing changes', async () => {
  // Prepare
  const first = await run();
  // Act
  const second = await run();
  // Assess
  expect(first).toMatchObject({ output: 'says first', bundled: 1 });
  expect(first.validated).toBeGreaterThan(0);
  expect(second).toEqual({ ...first, bundled: 0, validated: 0 });
});

it('sees a change of a handler, of a file that it imports and of a new file that an import then means', async () => {
  // Prepare
  await run();
  // Act
  writeFileSync(join(folder, 'functions', 'word.ts'), "export const word = 'other';\n");
  const imported = await run();
  writeFileSync(join(folder, 'functions', 'word.tsx'), "export const word = 'newer';\n");
  const shadowed = await run();
  writeFileSync(join(folder, 'functions', 'echo.ts'), "export const handler = async () => 'alone';\n");
  const handler = await run();
  // Assess
  expect([imported.output, shadowed.output, handler.output]).toEqual(['says other', 'says newer', 'alone']);
});

it('sees a change of the template and of a state machine', async () => {
  // Prepare
  const { topic } = await run();
  // Act
  writeFileSync(join(folder, 'template.yaml'), TEMPLATE.replace('TopicName: first', 'TopicName: second'));
  writeFileSync(join(folder, 'machine.asl.json'), machine("{% $states.result.Payload & '!' %}"));
  const changed = await run();
  // Assess
  expect(topic).toBe('first');
  expect(changed).toMatchObject({ topic: 'second', output: 'says first!' });
  expect(changed.validated).toBeGreaterThan(0);
});

it('refuses a definition that is no longer valid', async () => {
  // Prepare
  await run();
  // Act
  writeFileSync(join(folder, 'machine.asl.json'), machine('{% $sum( %}'));
  // Assess
  await expect(run()).rejects.toThrow('Invalid State Machine Definition');
  await expect(run()).rejects.toThrow('Invalid State Machine Definition');
});

it('takes no notice of what was kept when it is not whole', async () => {
  // Prepare
  await run();
  for (const name of readdirSync(FOLDER)) {
    const file = join(FOLDER, name);
    const text = readFileSync(file, 'utf8');
    if (text.includes(folder)) writeFileSync(file, text.slice(0, -3));
  }
  // Act
  const { output, bundled } = await run();
  // Assess
  expect({ output, bundled }).toEqual({ output: 'says first', bundled: 1 });
});
