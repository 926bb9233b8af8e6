import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateFileSystemCommand, CreateReplicationConfigurationCommand, EFSClient } from '@aws-sdk/client-efs';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { Recorder } from '../conformance/recorder';

const FILE_SYSTEM = 'fs-0a1b2c3d4e5f60718';
const TOPIC = 'arn:aws:sns:eu-west-1:444455556666:one';

/** A client that is answered without any account; notes the commands that reach the wire. */
function answered<C extends EFSClient | SNSClient>(client: C, answer: object, sent: string[], refusals = 0): C {
  let left = refusals;
  const stack = client.middlewareStack as EFSClient['middlewareStack'];
  stack.add(
    (_next, context) => async () => {
      sent.push(String(context.commandName));
      if (String(context.commandName).startsWith('Delete') && left-- > 0) throw new Error('in use');
      return { output: { $metadata: {}, ...answer }, response: undefined } as never;
    },
    { step: 'build', priority: 'high' },
  );
  return client;
}

describe('What is recorded in an AWS account', () => {
  it('is taken back, newest first and until it works, and written without what names the account', async () => {
    // Prepare
    const sent: string[] = [];
    const settings = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
    const efs = answered(new EFSClient(settings), { FileSystemId: FILE_SYSTEM, OwnerId: '444455556666' }, sent);
    const sns = answered(new SNSClient(settings), { TopicArn: TOPIC }, sent, 2);
    const recorder = new Recorder('Two services', 'eu-west-1', 1);
    recorder.watch(efs as never);
    recorder.watch(sns as never);
    recorder.begin('a behaviour');

    // Act
    await efs.send(new CreateFileSystemCommand({ CreationToken: FILE_SYSTEM }));
    await sns.send(new CreateTopicCommand({ Name: 'one' }));
    await recorder.end();
    const path = recorder.write(mkdtempSync(join(tmpdir(), 'recorded-')));

    // Assess
    const taken = ['DeleteTopicCommand', 'DeleteTopicCommand', 'DeleteTopicCommand', 'DeleteFileSystemCommand'];
    expect(sent).toEqual(['CreateFileSystemCommand', 'CreateTopicCommand', ...taken]);
    const text = readFileSync(path, 'utf8');
    expect(JSON.parse(text).calls).toMatchObject([
      { behaviour: 'a behaviour', service: 'EFS', operation: 'CreateFileSystem' },
      { behaviour: 'a behaviour', service: 'SNS', operation: 'CreateTopic' },
    ]);
    expect(text).not.toMatch(/444455556666|0a1b2c3d4e5f60718/);
    expect(text).toContain('arn:aws:sns:eu-west-1:111122223333:one');
  });

  it('makes nothing that could not be taken back', async () => {
    const sent: string[] = [];
    const settings = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
    const efs = answered(new EFSClient(settings), {}, sent);
    new Recorder('One service', 'eu-west-1', 1).watch(efs as never);

    const asked = efs.send(
      new CreateReplicationConfigurationCommand({ SourceFileSystemId: FILE_SYSTEM, Destinations: [{}] }),
    );

    await expect(asked).rejects.toThrow('nothing here takes back what it makes');
    expect(sent).toEqual([]);
  });
});
