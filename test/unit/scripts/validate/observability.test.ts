import { observability } from '../../../../scripts/validate/observability';
import { findingsInTemplate } from './bad-examples';

describe('Functions and state machines', () => {
  it('are tagged, traced and logged, by themselves or by the globals', async () => {
    const sections = {
      Globals: { Function: { Tags: { application: 'x' }, Tracing: 'Active' } },
      Resources: {
        Stop: { Type: 'AWS::Serverless::Function', Properties: {} },
        Machine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: { Tags: [], TracingConfiguration: { Enabled: true } },
        },
      },
    };

    expect(await findingsInTemplate(observability, sections)).toEqual(['Machine has no LoggingConfiguration']);
  });
});
