import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteBackupVaultCommand,
  DeleteRecoveryPointCommand,
  DescribeBackupJobCommand,
  type DescribeBackupJobOutput,
  StopBackupJobCommand,
} from '@aws-sdk/client-backup';
import { DeleteTableCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { DeleteAccessPointCommand, DeleteFileSystemCommand, DeleteMountTargetCommand } from '@aws-sdk/client-efs';
import { DeleteTopicCommand } from '@aws-sdk/client-sns';

/** A client of the SDK, as far as the recorder looks at it. */
interface Client {
  config: { serviceId?: string };
  middlewareStack: { add(middleware: (next: Next, context: { commandName?: string }) => Next, options: object): void };
  send(command: unknown): Promise<unknown>;
}
type Next = (args: { input: unknown }) => Promise<{ output: unknown }>;

/** One call as it was recorded: what was asked, and the answer or the error. */
interface RecordedCall {
  behaviour: string;
  service: string;
  operation: string;
  input: unknown;
  output?: unknown;
  error?: { name: string; message: string; status?: number };
}

/** Takes back what a call has made. */
type Undo = (client: Client, input: Fields, output: Fields) => Promise<unknown>;
type Fields = Record<string, string | undefined>;

/** What each call leaves in an account, and how it goes again. A call that makes something and is not here is refused. */
const UNDO: Record<string, Undo> = {
  'Backup CreateBackupVault': (backup, { BackupVaultName }) =>
    backup.send(new DeleteBackupVaultCommand({ BackupVaultName })),
  'Backup StartBackupJob': async (backup, { BackupVaultName }, { BackupJobId }) => {
    const job = (await backup.send(new DescribeBackupJobCommand({ BackupJobId }))) as DescribeBackupJobOutput;
    const { State, RecoveryPointArn } = job;
    if (State === 'COMPLETED') await backup.send(new DeleteRecoveryPointCommand({ BackupVaultName, RecoveryPointArn }));
    else await backup.send(new StopBackupJobCommand({ BackupJobId }));
  },
  'DynamoDB CreateTable': async (dynamodb, { TableName }) => {
    await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false })).catch(() => {});
    await dynamodb.send(new DeleteTableCommand({ TableName }));
  },
  'EFS CreateFileSystem': (efs, _input, { FileSystemId }) => efs.send(new DeleteFileSystemCommand({ FileSystemId })),
  'EFS CreateMountTarget': (efs, _input, { MountTargetId }) =>
    efs.send(new DeleteMountTargetCommand({ MountTargetId })),
  'EFS CreateAccessPoint': (efs, _input, { AccessPointId }) =>
    efs.send(new DeleteAccessPointCommand({ AccessPointId })),
  'SNS CreateTopic': (sns, _input, { TopicArn }) => sns.send(new DeleteTopicCommand({ TopicArn })),
};

const MAKES = /^(Create|Run|Start|Put(Rule|Role)|Attach|Allocate|Import|Register|Restore)/;
const TRIES = 40;

/**
 * Records what an AWS account answers to the behaviours of a suite. Whatever a call makes is taken back at the end of the
 * behaviour, newest first, also when it fails.
 */
export class Recorder {
  private readonly calls: RecordedCall[] = [];
  private readonly made: { what: string; takeBack: () => Promise<unknown> }[] = [];
  private behaviour = '';

  constructor(
    private readonly suite: string,
    private readonly region: string,
    private readonly pauseMs: number,
  ) {}

  begin(behaviour: string): void {
    this.behaviour = behaviour;
  }

  /** Lets the recorder see all calls of a client. */
  watch(client: Client): void {
    const service = client.config.serviceId ?? '';
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const operation = commandName.replace(/Command$/, '');
          const undo = UNDO[`${service} ${operation}`];
          if (MAKES.test(operation) && !undo)
            throw new Error(`${service} ${operation} is not recorded: nothing here takes back what it makes.`);
          const call: RecordedCall = { behaviour: this.behaviour, service, operation, input: args.input };
          this.calls.push(call);
          try {
            const answer = await next(args);
            call.output = answer.output;
            const takeBack = () => undo?.(client, args.input as Fields, answer.output as Fields) ?? Promise.resolve();
            if (undo) this.made.push({ what: `${service} ${operation}`, takeBack });
            return answer;
          } catch (error) {
            const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
            call.error = { name, message, status: $metadata?.httpStatusCode };
            throw error;
          }
        },
      { step: 'initialize', name: 'record' },
    );
  }

  /** Takes back all that the behaviour has made; throws, naming what stays, when that cannot be done. */
  async end(): Promise<void> {
    const stays: string[] = [];
    this.begin('(taken back)');
    for (const { what, takeBack } of this.made.splice(0).reverse())
      await this.patiently(takeBack).catch((error: Error) => stays.push(`${what}: ${error.message}`));
    if (stays.length > 0) throw new Error(`This stays in the account:\n${stays.join('\n')}`);
  }

  /** Writes the calls to `recordings/SUITE.json`, without anything that names the account. Returns the path. */
  write(folder: string): string {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${this.suite.toLowerCase().replaceAll(' ', '-')}.json`);
    const calls = this.calls.filter(({ behaviour }) => behaviour !== '(taken back)');
    const recording = { suite: this.suite, region: this.region, recordedAt: new Date().toISOString(), calls };
    writeFileSync(path, `${withoutIds(JSON.stringify(recording, withoutMetadata, 2))}\n`);
    return path;
  }

  /** Until it works: what was just made, or is in use, can often not be deleted at once. What is gone was taken back. */
  private async patiently(act: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await act();
        return;
      } catch (error) {
        if (/NotFound/.test((error as Error).name)) return;
        if (attempt === TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
      }
    }
  }
}

function withoutMetadata(key: string, value: unknown): unknown {
  return key === '$metadata' ? undefined : value;
}

/** Ids of the account as the simulated account makes them up: the same one for the same, wherever it stands. */
function withoutIds(text: string): string {
  const known = new Map<string, string>();
  const replaced = (id: string, make: (count: number) => string) => {
    if (!known.has(id)) known.set(id, make(known.size + 1));
    return known.get(id) as string;
  };
  return text
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, (id) =>
      replaced(id, (count) => `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`),
    )
    .replaceAll(/\b([a-z]+)-([0-9a-f]{17}|[0-9a-f]{8})\b/g, (id, kind: string, digits: string) =>
      replaced(id, (count) => `${kind}-${count.toString(16).padStart(digits.length, '0')}`),
    )
    .replaceAll(/(?<![\w.-])\d{12}(?![\w.-])/g, '111122223333')
    .replaceAll(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '192.0.2.1');
}
