import * as z from 'zod';
import { faultsSchema, parseOrExplain, parseWorld, resourceShape, worldSchemaOf } from '../../world';

describe('The world file of a simulated account', () => {
  it('is refused with everything that is wrong in it', () => {
    // Prepare
    const world = { vault: [], instances: [{ State: 'Running' }] };

    // Act
    const parse = () => parseWorld(world);

    // Assess
    expect(parse).toThrow('The world file is not valid:\n');
    expect(parse).toThrow('Unrecognized key: "vault"');
    expect(parse).toThrow('is missing\n  → at instances[0].InstanceId');
  });

  it('is refused with a table that DynamoDB would not have: one with two Kinesis destinations', () => {
    // Prepare
    const StreamArn = 'arn:aws:kinesis:eu-west-1:111122223333:stream/orders';
    const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' }];
    const tables = [
      { TableName: 'Orders', KeySchema, KinesisDestinations: [{ StreamArn }, { StreamArn: `${StreamArn}2` }] },
    ];

    // Act
    const parse = () => parseWorld({ tables });

    // Assess
    expect(parse).toThrow('must be one destination: a table has no more\n  → at tables[0].KinesisDestinations');
  });

  it('takes what a project adds to it, in every account', () => {
    // Prepare
    const robots = { robots: z.array(z.strictObject({ Name: z.string() })).optional() };
    const schema = worldSchemaOf({ ...resourceShape, ...robots });
    const world = { robots: [{ Name: 'R' }], otherAccounts: { '222222222222': { robots: [{ Name: 'S' }] } } };

    // Act
    const parsed = parseOrExplain(schema, world, 'Refused');

    // Assess
    expect(parsed).toEqual(world);
    expect(() => parseWorld(world)).toThrow('Unrecognized key: "robots"');
    expect(() => parseOrExplain(schema, { otherAccounts: { '222222222222': { robots: [{}] } } }, 'Refused')).toThrow(
      'Refused:\n✖ is missing\n  → at otherAccounts.222222222222.robots[0].Name',
    );
  });

  it('can have faults beside it, whose kind tells what is wrong with them', () => {
    // Act
    const parse = () => parseOrExplain(faultsSchema, [{ fault: 'lose', nth: 0 }], 'Refused');

    // Assess
    expect(parse).toThrow('is missing\n  → at [0].call');
    expect(parse).toThrow('→ at [0].nth');
  });
});
