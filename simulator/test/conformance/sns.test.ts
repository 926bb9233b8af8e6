import { CreateTopicCommand, GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { conformance } from './harness';

conformance('SNS', (behaves) => {
  behaves('creating a topic twice gives the same topic', async (aws) => {
    const sns = aws.client(SNSClient);
    const first = await sns.send(new CreateTopicCommand({ Name: 'runs' }));
    const second = await sns.send(new CreateTopicCommand({ Name: 'runs' }));

    expect(first.TopicArn).toMatch(/^arn:aws:sns:eu-west-1:\d{12}:runs$/);
    expect(second.TopicArn).toBe(first.TopicArn);
  });

  behaves('a topic tells its ARN and owner', async (aws) => {
    const sns = aws.client(SNSClient);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'runs' }));

    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));

    expect(Attributes).toMatchObject({ TopicArn, Owner: TopicArn?.split(':')[4] });
  });

  behaves('a published message has an id', async (aws) => {
    const sns = aws.client(SNSClient);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'runs' }));

    const { MessageId } = await sns.send(new PublishCommand({ TopicArn, Subject: 'Run failed', Message: 'why' }));

    expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
  });

  behaves('a topic that does not exist cannot be published to', async (aws) => {
    const sns = aws.client(SNSClient);
    const TopicArn = 'arn:aws:sns:eu-west-1:123456789012:none';

    await expect(sns.send(new PublishCommand({ TopicArn, Message: 'x' }))).rejects.toMatchObject({
      name: 'NotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  behaves('a subject has at most 100 characters', async (aws) => {
    const sns = aws.client(SNSClient);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'runs' }));

    const publish = sns.send(new PublishCommand({ TopicArn, Subject: 'x'.repeat(101), Message: 'x' }));

    await expect(publish).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  behaves('a subject has no line break', async (aws) => {
    const sns = aws.client(SNSClient);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'runs' }));

    const publish = sns.send(new PublishCommand({ TopicArn, Subject: 'one\ntwo', Message: 'x' }));

    await expect(publish).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  behaves('a message has at most 256 KiB', async (aws) => {
    const sns = aws.client(SNSClient);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'runs' }));

    await sns.send(new PublishCommand({ TopicArn, Message: 'x'.repeat(262_144) }));
    const publish = sns.send(new PublishCommand({ TopicArn, Message: 'x'.repeat(262_145) }));

    await expect(publish).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
