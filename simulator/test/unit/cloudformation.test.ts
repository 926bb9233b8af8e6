// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub is written like that
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Account } from '../../account';
import { deleteStack, deployTemplate, type Stack } from '../../cloudformation';
import { parseTemplate } from '../../cloudformation/load-template';
import { resolve, resolveConditions, type Scope } from '../../cloudformation/resolve';
import { checkRules } from '../../cloudformation/rules';
import type { Json } from '../../cloudformation/template';

describe('The resolution of a template', () => {
  const scope: Scope = {
    parameters: { Stage: 'prod', Names: ['a', 'b'], Count: '3', 'AWS::Region': 'eu-west-1' },
    conditions: { IsProd: true, IsTest: false },
    mappings: { Sizes: { prod: { memory: 512 } } },
    resource: (logicalId) => ({ physicalId: `id-of-${logicalId}`, attributes: { Arn: `arn-of-${logicalId}` } }),
  };
  const valueIn = (yaml: string): Json => {
    const template = parseTemplate(`Resources:\n  R:\n    Type: T\n    Properties:\n      V: ${yaml}\n`);
    return template.Resources.R?.Properties?.V ?? null;
  };

  it.each([
    ['!Ref Stage', 'prod'],
    ['!Ref AWS::Region', 'eu-west-1'],
    ['!Ref Table', 'id-of-Table'],
    ['!GetAtt Table.Arn', 'arn-of-Table'],
    ['!GetAtt [Table, Arn]', 'arn-of-Table'],
    [
      "!Sub '${Stage}-${Table}-${Table.Arn}-${AWS::Region}-${!Literal}'",
      'prod-id-of-Table-arn-of-Table-eu-west-1-${Literal}',
    ],
    ["!Sub ['${A}/${Stage}', { A: !Ref Table }]", 'id-of-Table/prod'],
    ["!Join ['-', [a, !Ref Stage]]", 'a-prod'],
    ["!Join [',', !Ref Names]", 'a,b'],
    ["!Select [1, !Split ['.', 'a.b.c']]", 'b'],
    ['!If [IsProd, yes-value, no-value]', 'yes-value'],
    ['!If [IsTest, { a: 1 }, !Ref Stage]', 'prod'],
    ['[!If [IsTest, 1, !Ref AWS::NoValue], 2]', [2]],
    ['{ a: !Ref AWS::NoValue, b: 2 }', { b: 2 }],
    ['!FindInMap [Sizes, !Ref Stage, memory]', 512],
    ['!Base64 abc', 'YWJj'],
    ['!Equals [!Ref Count, 3]', true],
    ['{ Version: 2012-10-17, AttributeType: N }', { Version: '2012-10-17', AttributeType: 'N' }],
  ])('resolves %s', (yaml, expected) => {
    expect(resolve(valueIn(yaml), scope)).toEqual(expected);
  });

  it('keeps references to resources for the second pass', () => {
    const partial: Scope = { ...scope, resource: undefined };

    expect(resolve(valueIn("!Join ['-', [!Ref Stage, !Ref Table]]"), partial)).toEqual({
      'Fn::Join': ['-', ['prod', { Ref: 'Table' }]],
    });
    const twice = resolve(resolve(valueIn("!Sub '${Stage}-${Table.Arn}'"), partial), scope);
    expect(twice).toBe('prod-arn-of-Table');
  });

  it('ends the run over a function that it does not know', () => {
    expect(() => resolve(valueIn("!GetAZs ''"), scope)).toThrow('Fn::GetAZs is not simulated');
  });

  it('evaluates conditions that refer to each other in any order', () => {
    const template = parseTemplate(
      'Conditions:\n  Both: !And [!Condition A, !Not [!Condition B]]\n  A: !Equals [!Ref X, one]\n  B: !Or [!Equals [!Ref X, two], !Equals [1, 2]]\nResources: {}\n',
    );

    expect(resolveConditions(template, { X: 'one' })).toEqual({ Both: true, A: true, B: false });
  });
});

describe("The check of a template's rules", () => {
  const template = parseTemplate(
    `Rules:
  Whole:
    RuleCondition: !Not [!Equals [!Ref A, '']]
    Assertions:
      - Assert: !Not [!Equals [!Ref B, '']]
        AssertDescription: B is missing
      - Assert: !Not [!Equals [!Ref C, '']]
        AssertDescription: C is missing
Resources: {}
`,
  );

  it('names every assertion that parameters break', () => {
    expect(() => checkRules(template, { A: 'a', B: '', C: '' })).toThrow('B is missing; C is missing');
  });

  it.each([
    ['hold', { A: 'a', B: 'b', C: 'c' }],
    ['are not about them', { A: '', B: '', C: '' }],
  ])('accepts parameters when the assertions %s', (_why, parameters) => {
    expect(() => checkRules(template, parameters)).not.toThrow();
  });
});

describe('A deployment', () => {
  let account: Account;
  let folder: string;

  beforeEach(() => {
    account = new Account({ seed: 1 });
    folder = mkdtempSync(join(tmpdir(), 'template-'));
  });
  afterEach(() => {
    account.close();
    rmSync(folder, { recursive: true });
  });

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const deploy = (template: string, parameters: Record<string, string> = {}): Promise<Stack> => {
    write('template.yaml', template);
    return deployTemplate(account.region(), {
      templatePath: join(folder, 'template.yaml'),
      stackName: 'backup',
      parameters,
    });
  };
  const functionTemplate = (rest: string) => `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: nodejs24.x
    Timeout: 30
    Environment: { Variables: { LOG_LEVEL: INFO } }
Resources:
  StartFunction:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [start.ts] } }
    Properties:
      CodeUri: functions/
      Handler: start.handler
${rest}`;

  it('records a backup plan and its selection, which can be referred to', async () => {
    const stack = await deploy(`
Resources:
  Plan:
    Type: AWS::Backup::BackupPlan
    Properties: { BackupPlan: { BackupPlanName: monthly, BackupPlanRule: [] } }
  Selection:
    Type: AWS::Backup::BackupSelection
    Properties: { BackupPlanId: !Ref Plan, BackupSelection: { SelectionName: tagged } }
Outputs:
  Plan: { Value: !GetAtt Plan.BackupPlanArn }
`);

    expect(stack.outputs.Plan).toBe(
      `arn:aws:backup:eu-west-1:111122223333:backup-plan:${stack.resource('Plan').physicalId}`,
    );
  });

  describe('A deployment with parameters', () => {
    const template = `
Parameters:
  Stage: { Type: String, AllowedValues: [test, prod], Default: test }
  Days: { Type: Number, MinValue: 1, MaxValue: 7, Default: 3 }
  Prefix: { Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: only small letters, Default: x }
  Needed: { Type: String }
Resources: {}
Outputs:
  All: { Value: !Sub '\${Stage} \${Days} \${Prefix} \${Needed}' }
`;

    it('takes what is given, and defaults for the rest', async () => {
      const stack = await deploy(template, { Needed: 'n', Days: '7' });

      expect(stack.outputs).toEqual({ All: 'test 7 x n' });
      expect(stack.parameters).toEqual({ Stage: 'test', Days: '7', Prefix: 'x', Needed: 'n' });
    });

    it.each([
      [{ Needed: 'n', Other: 'o' }, 'Parameters: [Other] do not exist in the template'],
      [{}, 'Parameters: [Needed] must have values'],
      [{ Needed: 'n', Stage: 'dev' }, "Parameter 'Stage' must be one of AllowedValues"],
      [{ Needed: 'n', Days: '8' }, 'must be at most 7'],
      [{ Needed: 'n', Days: 'many' }, "Parameter 'Days' must be a number."],
      [{ Needed: 'n', Prefix: 'A' }, 'Parameter Prefix failed to satisfy constraint: only small letters'],
    ])('refuses %j', async (parameters, message) => {
      await expect(deploy(template, parameters as Record<string, string>)).rejects.toThrow(message);
    });
  });

  describe('A deployment with a pattern for a parameter', () => {
    const template = (pattern: string) => `
Parameters:
  Name: { Type: String, AllowedPattern: '${pattern}', Default: x }
Resources: {}
`;

    it.each(['^(?!aws)[\\w./-]{1,8}$', '[*+]+x|\\*+|x', '^$|^[^@\\s]+$'])(
      'takes %s, which Java reads alike',
      async (pattern) => {
        expect((await deploy(template(pattern))).parameters).toEqual({ Name: 'x' });
      },
    );

    it.each([
      ['x++', 'a quantifier that gives nothing back'],
      ['(?i)X', 'flags inside the pattern'],
      ['(?<=w)x|x', 'a look behind'],
      ['[x[y]]', 'a class within a class'],
      ['[a-z&&[^y]]', 'an intersection of classes'],
      ['[^]', 'a class without characters'],
      ['x{|x', 'a brace that is no quantifier'],
      ['\\p{Lower}', 'an escape'],
      ['(x)\\1|x', 'an escape'],
    ])('admits that it does not know how Java reads %s', async (pattern, what) => {
      await expect(deploy(template(pattern))).rejects.toThrow(`The AllowedPattern of Name has ${what}`);
    });
  });

  it('gives names as CloudFormation does, the same for the same seed', async () => {
    const stack = await deploy('Resources:\n  Alerts: { Type: AWS::SNS::Topic }\n');

    expect(stack.resource('Alerts').attributes.TopicName).toMatch(/^backup-Alerts-[A-Z0-9]{12}$/);
    expect(stack.resource('Alerts').attributes.TopicName).toBe(
      `backup-Alerts-${stack.resource('Alerts').physicalId.slice(-12)}`,
    );
  });

  it('creates what is referred to first, and leaves out what its condition excludes', async () => {
    // Act
    const stack = await deploy(`
Conditions:
  Never: !Equals [a, b]
Resources:
  Rule:
    Type: AWS::Events::Rule
    DependsOn: Queue
    Properties:
      EventPattern: { source: [aws.ec2] }
      Targets: [{ Id: alerts, Arn: !Ref Alerts }, !If [Never, { Id: queue, Arn: !GetAtt Queue.Arn }, !Ref AWS::NoValue]]
  Alerts: { Type: AWS::SNS::Topic }
  Queue: { Type: AWS::SQS::Queue }
  Off: { Type: AWS::SNS::Topic, Condition: Never }
`);

    // Assess
    expect([...stack.resources.keys()]).toEqual(['Queue', 'Alerts', 'Rule']);
    const rule = stack.resource('Rule').attributes.Name ?? '';
    expect(account.region().events.ListTargetsByRule({ Rule: rule }).Targets).toEqual([
      { Id: 'alerts', Arn: stack.resource('Alerts').physicalId },
    ]);
  });

  it('deploys a function with its source, environment and generated role', async () => {
    // Prepare
    write('functions/start.ts', 'export const handler = async () => process.env.TABLE_NAME;');

    // Act
    const stack = await deploy(
      functionTemplate(`
      Environment: { Variables: { TABLE_NAME: !Ref Waits } }
      Policies:
        - Statement:
            - { Effect: Allow, Action: 'dynamodb:GetItem', Resource: !GetAtt Waits.Arn }
  Waits:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      TimeToLiveSpecification: { AttributeName: expiresAt, Enabled: true }
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }
`),
    );

    // Assess
    const { attributes } = stack.resource('StartFunction');
    expect(account.region().lambda.functions.get(attributes.Arn ?? '')?.configuration).toEqual({
      functionName: stack.resource('StartFunction').physicalId,
      functionArn: attributes.Arn,
      logicalId: 'StartFunction',
      entryPoint: join(folder, 'functions/start.ts'),
      handler: 'handler',
      environment: { LOG_LEVEL: 'INFO', TABLE_NAME: stack.resource('Waits').physicalId },
      timeoutSeconds: 30,
      memorySizeMb: 128,
      roleArn: stack.resource('StartFunctionRole').attributes.Arn,
    });
    const { iam, dynamodb } = account.region();
    const RoleName = stack.resource('StartFunctionRole').physicalId;
    expect(iam.ListAttachedRolePolicies({ RoleName }).AttachedPolicies).toMatchObject([
      { PolicyName: 'AWSLambdaBasicExecutionRole' },
    ]);
    expect(iam.policiesOf(stack.resource('StartFunctionRole').attributes.Arn ?? '')).toEqual([
      {
        Statement: [{ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: stack.resource('Waits').attributes.Arn }],
      },
    ]);
    const TableName = stack.resource('Waits').physicalId;
    expect(dynamodb.DescribeTable({ TableName }).Table?.TableStatus).toBe('ACTIVE');
  });

  it('numbers the own policies of a function by their place in the template, whatever stands before them', async () => {
    write('functions/start.ts', 'export const handler = async () => 1;');
    const template = `Conditions: { Never: !Equals [a, b] }\n${functionTemplate(`
      Policies:
        - !If [Never, !Ref Shared, !Ref AWS::NoValue]
        - Statement:
            - !If [Never, { Effect: Allow, Action: 'sqs:*', Resource: '*' }, !Ref AWS::NoValue]
            - { Effect: Allow, Action: 'sns:Publish', Resource: '*' }
  Shared: { Type: AWS::IAM::ManagedPolicy, Condition: Never, Properties: { PolicyDocument: { Statement: [] } } }
`)}`;

    const stack = await deploy(template);

    const { iam } = account.region();
    const RoleName = stack.resource('StartFunctionRole').physicalId;
    expect(iam.ListRolePolicies({ RoleName }).PolicyNames).toEqual(['StartFunctionRolePolicy1']);
    expect(iam.policiesOf(stack.resource('StartFunctionRole').attributes.Arn ?? '')).toEqual([
      { Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource: '*' }] },
    ]);
  });

  it('runs a deployed function', async () => {
    // Prepare
    write('functions/start.ts', 'export const handler = async () => process.env.LOG_LEVEL;');
    const stack = await deploy(functionTemplate(''));

    // Act
    const running = account.region().lambda.run(stack.resource('StartFunction').attributes.Arn ?? '', {});

    // Assess
    expect(await account.clock.runUntil(running, 60)).toEqual({ payload: 'INFO' });
  });

  it('finds the source of a function that the Makefile builds by the path of its handler', async () => {
    write('functions/shared/start.ts', 'export const handler = async () => 1;');
    const template = functionTemplate('')
      .replace('{ BuildMethod: esbuild, BuildProperties: { EntryPoints: [start.ts] } }', '{ BuildMethod: makefile }')
      .replace('CodeUri: functions/', 'CodeUri: .')
      .replace('start.handler', 'functions/shared/start.handler');

    const stack = await deploy(template);

    const { functions } = account.region().lambda;
    expect(functions.get(stack.resource('StartFunction').attributes.Arn ?? '')?.configuration).toMatchObject({
      entryPoint: join(folder, 'functions/shared/start.ts'),
      handler: 'handler',
    });
  });

  it('deploys a state machine with its substitutions and a schedule that is off', async () => {
    // Prepare
    write('functions/start.ts', 'export const handler = async () => 1;');
    write(
      'statemachines/flow.asl.json',
      JSON.stringify({
        QueryLanguage: 'JSONata',
        StartAt: 'Start',
        States: {
          Start: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: { FunctionName: '${StartFunctionArn}' },
            TimeoutSeconds: 9,
            End: true,
          },
        },
      }),
    );
    const template = (state: string) =>
      functionTemplate(`
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: statemachines/flow.asl.json
      DefinitionSubstitutions: { StartFunctionArn: !GetAtt StartFunction.Arn }
      Policies: [{ LambdaInvokePolicy: { FunctionName: !Ref StartFunction } }]
      Events:
        Nightly:
          Type: ScheduleV2
          Properties: { ScheduleExpression: 'cron(0 3 * * ? *)', ScheduleExpressionTimezone: Europe/Paris, State: ${state}, OmitName: true, Input: '{}' }
        Changed:
          Type: EventBridgeRule
          Properties: { Pattern: { source: [aws.ec2] } }
`);

    // Act
    const stack = await deploy(template('DISABLED'));

    // Assess
    const { stepFunctions, scheduler, events } = account.region();
    const described = stepFunctions.DescribeStateMachine({ stateMachineArn: stack.resource('Flow').physicalId });
    expect(described.definition).toContain(stack.resource('StartFunction').attributes.Arn);
    expect(described.roleArn).toBe(stack.resource('FlowRole').attributes.Arn);
    const Name = stack.resource('FlowNightly').physicalId;
    expect(scheduler.GetSchedule({ Name })).toMatchObject({
      State: 'DISABLED',
      Target: { Arn: stack.resource('Flow').physicalId, RoleArn: stack.resource('FlowNightlyRole').attributes.Arn },
    });
    expect(events.ListTargetsByRule({ Rule: stack.resource('FlowChanged').physicalId }).Targets).toMatchObject([
      { Arn: stack.resource('Flow').physicalId, RoleArn: stack.resource('FlowChangedRole').attributes.Arn },
    ]);

    // Act: the schedule is turned on
    await deploy(template('ENABLED'));

    // Assess
    expect(scheduler.GetSchedule({ Name }).State).toBe('ENABLED');
  });

  it.each([
    ['an unknown placeholder', '"${Nobody}"', '{ A: b }', 'no DefinitionSubstitutions for Nobody'],
    ['an unused substitution', '"${A}"', '{ A: b, B: c }', 'unused DefinitionSubstitutions B'],
  ])('refuses a state machine with %s', async (_what, definition, substitutions, message) => {
    write('flow.asl.json', definition);

    const template = `
Resources:
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties: { DefinitionUri: flow.asl.json, DefinitionSubstitutions: ${substitutions} }
`;

    await expect(deploy(template)).rejects.toThrow(message);
  });

  it.each([
    ['Type: AWS::EC2::Instance', 'The resource type AWS::EC2::Instance of Thing is not simulated.'],
    [
      'Type: AWS::SNS::Topic\n    Properties: { FifoTopic: true }',
      'The property FifoTopic of AWS::SNS::Topic (Thing) is not simulated.',
    ],
    [
      'Type: AWS::SNS::Topic\n    Properties: { DisplayName: !Ref Nothing }',
      'Unresolved resource dependencies [Nothing] in Thing',
    ],
    ['Type: AWS::SNS::Topic\n    Properties: { DisplayName: !GetAtt Thing.Arn }', 'Circular dependency'],
    ['Type: AWS::SNS::Topic\n    Condition: Nowhere', 'Unresolved condition dependency Nowhere'],
  ])('refuses a resource with %s', async (declaration, message) => {
    await expect(deploy(`Resources:\n  Thing:\n    ${declaration}\n`)).rejects.toThrow(message);
  });

  it.each([
    ['DeletionPolicy: Snapshot', 'The DeletionPolicy "Snapshot" of Thing'],
    ['DeletionPolicy: !Ref Policy', 'The DeletionPolicy {"Ref":"Policy"} of Thing'],
    ['UpdatePolicy: {}', 'The attribute UpdatePolicy of Thing'],
  ])('does not simulate a resource with %s', async (attribute, what) => {
    const deployment = deploy(`Resources:\n  Thing:\n    Type: AWS::SNS::Topic\n    ${attribute}\n`);

    await expect(deployment).rejects.toThrow(`${what} is not simulated.`);
  });

  describe('A stack with deletion policies', () => {
    const TOPICS = `
  Retained: { Type: AWS::SNS::Topic, DeletionPolicy: Retain }
  RetainedOnceMade: { Type: AWS::SNS::Topic, DeletionPolicy: RetainExceptOnCreate }
  Deleted: { Type: AWS::SNS::Topic, DeletionPolicy: Delete }
  DeletedByDefault: { Type: AWS::SNS::Topic }
`;
    const topics = () => (account.region().sns.ListTopics({}).Topics ?? []).map(({ TopicArn }) => TopicArn);
    const idsOf = (stack: Stack | undefined, ...names: string[]) =>
      names.map((name) => stack?.events.find(({ logicalId }) => logicalId === name)?.physicalId);

    it('leaves what is to be retained when it is deleted, and takes the rest with it', async () => {
      const stack = await deploy(`Resources:${TOPICS}`);

      await deleteStack(account.region(), 'backup');

      expect(topics()).toEqual(idsOf(stack, 'Retained', 'RetainedOnceMade'));
      expect(account.region().cloudFormation.stacks.size).toBe(0);
      expect(stack.events.filter(({ status }) => status.startsWith('DELETE_'))).toMatchObject([
        { logicalId: 'DeletedByDefault', status: 'DELETE_COMPLETE' },
        { logicalId: 'Deleted', status: 'DELETE_COMPLETE' },
        { logicalId: 'RetainedOnceMade', status: 'DELETE_SKIPPED' },
        { logicalId: 'Retained', status: 'DELETE_SKIPPED' },
      ]);
    });

    it('leaves what is to be retained when an update has it no more', async () => {
      const stack = await deploy(`Resources:${TOPICS}  Kept: { Type: AWS::SNS::Topic }\n`);

      await deploy('Resources:\n  Kept: { Type: AWS::SNS::Topic }\n');

      expect(topics()).toEqual(idsOf(stack, 'Kept', 'Retained', 'RetainedOnceMade'));
      expect([...stack.resources.keys()]).toEqual(['Kept']);
    });

    it('leaves only what has Retain when its creation is rolled back', async () => {
      const refused = `  Refused: { Type: AWS::SQS::Queue, DependsOn: [Retained, RetainedOnceMade], Properties: { QueueName: 'a b' } }\n`;

      await expect(deploy(`Resources:${TOPICS}${refused}`)).rejects.toThrow('Can only include alphanumeric');

      const stack = account.region().cloudFormation.stacks.get('backup');
      expect(stack?.status).toBe('ROLLBACK_COMPLETE');
      expect(topics()).toEqual(idsOf(stack, 'Retained'));
    });

    it('stays, with what could not be deleted, when a resource refuses its deletion', async () => {
      const stack = await deploy('Resources:\n  Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: full } }\n');
      account.region().s3.PutObject({ Bucket: 'full', Key: 'a', Body: Buffer.from('b') });

      await expect(deleteStack(account.region(), 'backup')).rejects.toThrow('is not empty');

      expect(stack).toMatchObject({ status: 'DELETE_FAILED', statusReason: expect.stringContaining('not empty') });
      expect([...stack.resources.keys()]).toEqual(['Bucket']);
    });
  });

  it('updates the environment of a function when the template is deployed again', async () => {
    // Prepare
    write('functions/start.ts', 'export const handler = async () => process.env.MODE;');
    const template = functionTemplate('      Environment: { Variables: { MODE: !Ref Mode } }').replace(
      'Resources:',
      'Parameters: { Mode: { Type: String } }\nResources:',
    );
    const first = await deploy(template, { Mode: 'one' });

    // Act
    const second = await deploy(template, { Mode: 'two' });

    // Assess
    const functionArn = first.resource('StartFunction').attributes.Arn ?? '';
    expect(second.resource('StartFunction').attributes.Arn).toBe(functionArn);
    const running = account.region().lambda.run(functionArn, {});
    expect(await account.clock.runUntil(running, 60)).toEqual({ payload: 'two' });
  });

  it('says which update it cannot carry out', async () => {
    const template = (name: string) =>
      `Resources:\n  Bus: { Type: AWS::Events::EventBus, Properties: { Name: ${name} } }\n`;
    await deploy(template('one'));

    await expect(deploy(template('two'))).rejects.toThrow('An update of Bus (AWS::Events::EventBus) is not simulated.');
  });

  it('refuses a function whose handler is not its entry point', async () => {
    write('functions/start.ts', 'export const handler = 1;');

    await expect(deploy(functionTemplate('').replace('start.handler', 'begin.handler'))).rejects.toThrow(
      'The Handler of StartFunction, begin.handler, does not name its entry point',
    );
  });
});
