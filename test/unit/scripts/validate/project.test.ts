import { Project, TEMPLATE } from '../../../../scripts/validate/project';

describe('A finding', () => {
  const project = new Project({
    [TEMPLATE]: 'Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Sub name\n',
    'statemachines/stop.asl.json':
      '{\n  "StartAt": "Stop",\n  "States": {\n    "Stop": { "Retry": [\n      {}\n] } } }',
  });

  it.each([
    [TEMPLATE, ['Resources', 'Queue', 'Properties', 'QueueName', 'Fn::Sub'], 5],
    [TEMPLATE, ['Resources', 'Missing'], 1],
    ['statemachines/stop.asl.json', ['States', 'Stop', 'Retry', 0], 5],
  ])('in %s at %j names its line', (file, path, line) => {
    expect(project.finding(file, path, 'rule', 'message').line).toBe(line);
  });

  it('at a text names its line', () => {
    expect(project.findingAtText(TEMPLATE, 'AWS::SQS', 'rule', 'message').line).toBe(3);
  });
});
