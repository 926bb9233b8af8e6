/** How to reach an account. */
interface Access {
  region?: string;
  /** Where the simulated account is served; AWS itself when absent. */
  endpoint?: string;
}

/** Loaded when they are first needed: together they would take most of a second. */
const clients = {
  backup: async () => (await import('@aws-sdk/client-backup')).Backup,
  cloudFormation: async () => (await import('./cloud-formation')).CloudFormation,
  dynamodb: async () => (await import('./dynamodb')).DynamoDb,
  ec2: async () => (await import('./ec2')).Ec2,
  iam: async () => (await import('@aws-sdk/client-iam')).IAM,
  kms: async () => (await import('@aws-sdk/client-kms')).KMS,
  lambda: async () => (await import('@aws-sdk/client-lambda')).Lambda,
  scheduler: async () => (await import('@aws-sdk/client-scheduler')).Scheduler,
  sfn: async () => (await import('@aws-sdk/client-sfn')).SFN,
  ssm: async () => (await import('@aws-sdk/client-ssm')).SSM,
  sts: async () => (await import('@aws-sdk/client-sts')).STS,
};

type Clients = typeof clients;
type ClientOf<Name extends keyof Clients> = InstanceType<Awaited<ReturnType<Clients[Name]>>>;

/** What the deserialize step of an SDK client sees of an answer. */
type Answering = (input: never) => Promise<{ response: unknown }>;

const LOCAL_REGION = 'eu-west-1';
const MAX_ATTEMPTS = 5;

/** The account, as the caller's own credentials see it: SDK clients, and its time. */
export class Aws {
  private readonly made = new Map<string, Promise<unknown>>();
  /** By how much the account's clock is ahead of this machine's; a simulated account has a time of its own. */
  private aheadMs = 0;

  constructor(readonly access: Access) {}

  /** The SDK client of a service, in the stack's region or in another one. */
  client<Name extends keyof Clients>(name: Name, region = this.access.region): Promise<ClientOf<Name>> {
    const key = `${name} ${region}`;
    const client = this.made.get(key) ?? this.make(name, region);
    this.made.set(key, client);
    return client as Promise<ClientOf<Name>>;
  }

  /** The account's time, in milliseconds since 1970, as its latest answer told it. */
  now(): number {
    return Date.now() + this.aheadMs;
  }

  private async make(name: keyof Clients, region: string | undefined): Promise<unknown> {
    const { endpoint } = this.access;
    const Client = (await clients[name]()) as unknown as new (
      config: object,
    ) => {
      middlewareStack: { add(middleware: (next: Answering) => Answering, options: object): void };
    };
    const client = new Client({
      maxAttempts: MAX_ATTEMPTS,
      ...(region && { region }),
      ...(endpoint && {
        endpoint,
        region: region ?? LOCAL_REGION,
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      }),
    });
    const readClock =
      (next: Answering): Answering =>
      async (input) => {
        const answer = await next(input);
        const date = Date.parse((answer.response as { headers?: Record<string, string> }).headers?.date ?? '');
        if (!Number.isNaN(date)) this.aheadMs = date - Date.now();
        return answer;
      };
    client.middlewareStack.add(readClock, { step: 'deserialize', name: 'readClock', priority: 'low' });
    return client;
  }
}
