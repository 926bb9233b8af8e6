import { functions } from '../../../../scripts/validate/functions';
import { findingsInTemplate } from './bad-examples';

const FILES = { 'functions/stop/stop.ts': 'export const handler = task(stop);' };
const GOOD = {
  Type: 'AWS::Serverless::Function',
  Metadata: { BuildMethod: 'makefile' },
  Properties: { Handler: 'functions/stop/stop.handler', Events: {}, LoggingConfig: { LogGroup: 'logs' } },
};
const withProperties = (properties: object) => ({ ...GOOD, Properties: { ...GOOD.Properties, ...properties } });

describe('A function', () => {
  it('is in the template, in functions/ and in use', async () => {
    expect(await findingsInTemplate(functions, { Resources: { Stop: GOOD } }, FILES)).toEqual([]);
  });

  it('may be used by a state machine', async () => {
    const DefinitionSubstitutions = { StopArn: { 'Fn::GetAtt': ['Stop', 'Arn'] } };
    const Machine = { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionSubstitutions } };
    const Resources = { Stop: withProperties({ Events: undefined }), Machine };

    expect(await findingsInTemplate(functions, { Resources }, FILES)).toEqual([]);
  });

  it.each([
    [withProperties({ Events: undefined }), 'Stop: no state machine, rule or schedule uses it'],
    [{ ...GOOD, Metadata: undefined }, 'Stop: is not built by the Makefile (Metadata.BuildMethod)'],
    [
      withProperties({ LoggingConfig: undefined }),
      'Stop: has no LoggingConfig.LogGroup, so its logs are never deleted',
    ],
  ])('that is half wired is found (%#)', async (Stop, problem) => {
    expect(await findingsInTemplate(functions, { Resources: { Stop } }, FILES)).toEqual([problem]);
  });

  it('has a file of its own name', async () => {
    // Prepare
    const Resources = { CheckEfsRolesFunction: GOOD, StopFunction: GOOD };

    // Act
    const findings = await findingsInTemplate(functions, { Resources }, FILES);

    // Assess
    expect(findings).toEqual(['CheckEfsRolesFunction: its file functions/stop/stop.ts should be check-efs-roles.ts']);
  });

  it('has a file, and every file with a handler is a function', async () => {
    const Stop = withProperties({ Handler: 'functions/stopp/stop.handler' });

    expect(await findingsInTemplate(functions, { Resources: { Stop } }, FILES)).toEqual([
      'Stop: its Handler functions/stopp/stop.ts exports no handler',
      'exports a handler that is no function of template.yaml',
    ]);
  });
});
