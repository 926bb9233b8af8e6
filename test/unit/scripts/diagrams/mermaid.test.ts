import { drawStateMachine } from '../../../../scripts/diagrams/mermaid';
import type { Definition } from '../../../../simulator/asl/definition';

const draw = (states: object) =>
  drawStateMachine({ StartAt: Object.keys(states)[0], States: states } as Definition)
    .split('\n')
    .map((line) => line.trim());

describe('The diagram of a state machine', () => {
  it('shows what kind each state is', () => {
    const lines = draw({
      'Find Instances': { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' },
      'Stop Instances': { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' },
      'Stopped?': { Type: 'Choice' },
      'Run Succeeded': { Type: 'Succeed' },
      'Run Failed': { Type: 'Fail' },
    });

    expect(lines).toEqual(
      expect.arrayContaining([
        's1["Find Instances"]',
        's2[["Stop Instances"]]',
        's3{"Stopped?"}',
        's4(["Run Succeeded"]):::good',
        's5(["Run Failed"]):::bad',
      ]),
    );
  });

  it('answers a question with yes and no, and several with their conditions', () => {
    const lines = draw({
      'Good?': {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input.isGood %}', Next: 'Good' }],
        Default: 'Mode?',
      },
      'Mode?': {
        Type: 'Choice',
        Choices: [
          { Condition: '{% $states.input.mode = "a" %}', Next: 'Good' },
          { Condition: '{% $states.input.mode = "b" %}', Next: 'Good?' },
        ],
        Default: 'Good',
      },
      Good: { Type: 'Succeed' },
    });

    expect(lines).toEqual(
      expect.arrayContaining([
        's1 -->|"yes"| s3',
        's1 -->|"no"| s2',
        's2 -->|"mode = #quot;a#quot;"| s3',
        's2 -->|"mode = #quot;b#quot;"| s1',
        's2 -->|"else"| s3',
      ]),
    );
  });

  it('dots the ways of errors, and leaves out those that lead where the state leads anyway', () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Report' }];
    const lines = draw({
      Find: { Type: 'Task', Next: 'Check', Catch },
      Check: { Type: 'Task', Next: 'Open', Catch },
      Open: { Type: 'Task', Next: 'Report', Catch },
      Report: { Type: 'Task', End: true },
    });

    expect(lines.filter((line) => line.includes('-.->'))).toEqual(['s1 & s2 -.-> s4']);
    expect(lines.filter((line) => line.includes('-->'))).toEqual(['s1 --> s2', 's2 --> s3', 's3 --> s4']);
  });

  it('draws what a map does to each item inside of it', () => {
    const lines = draw({
      Groups: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'Stop', States: { Stop: { Type: 'Task', End: true } } },
        Next: 'Good',
      },
      Good: { Type: 'Succeed' },
    });

    expect(lines.slice(1, 6)).toEqual([
      'subgraph s1["Groups, for each item"]',
      's2["Stop"]',
      'end',
      's3(["Good"]):::good',
      's1 --> s3',
    ]);
  });
});
