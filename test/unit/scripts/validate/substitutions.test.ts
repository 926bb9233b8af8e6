import { substitutions } from '../../../../scripts/validate/substitutions';
import { findingsInTemplate } from './bad-examples';

const FILE = 'statemachines/stop.asl.json';
const machineWith = (DefinitionSubstitutions: object) => ({
  Resources: {
    Stop: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { DefinitionS3Location: FILE, DefinitionSubstitutions },
    },
  },
});
const naming = (placeholder: string) => ({ [FILE]: `{"Arguments":"\${${placeholder}}"}` });

describe('Placeholders and substitutions', () => {
  it.each([
    [{ StopFunctionArn: 1 }, 'StopFunctionArn', []],
    [{}, 'StopFunctionArn', [`\${StopFunctionArn} is not substituted by Stop`]],
    [{ StopFunction: 1 }, 'StopFunction', [`\${StopFunction} is not an ARN`]],
    [{ StopFunctionArn: 1, Old: 1 }, 'StopFunctionArn', [`${FILE} does not use Old`]],
  ])('match each other (%#)', async (given, placeholder, expected) => {
    expect(await findingsInTemplate(substitutions, machineWith(given), naming(placeholder))).toEqual(expected);
  });

  it('stand for the partition of every ARN', async () => {
    const machine = { [FILE]: `{"Resource":"arn:aws:states:::lambda:invoke","Arguments":"\${StopFunctionArn}"}` };
    expect(await findingsInTemplate(substitutions, machineWith({ StopFunctionArn: 1 }), machine)).toEqual([
      `arn:aws: ties ${FILE} to one partition`,
    ]);
  });

  it('belong to a state machine of the template', async () => {
    expect(await findingsInTemplate(substitutions, {}, naming('StopFunctionArn'))).toEqual([
      'template.yaml has no state machine with this file',
    ]);
  });
});
