import type { Aws } from './aws';
import { EXIT, Failure } from './failure';

/** The deployed stack, as far as the command line has to know it. */
export interface Stack {
  name: string;
  region: string;
  accountId: string;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  partition: string;
  /** CloudFormation's word for how it is, e.g. UPDATE_COMPLETE. */
  status: string;
  outputs: Record<string, string>;
  parameters: Record<string, string>;
  /** The physical id of a resource by its id in the template. */
  resource(logicalId: string): Promise<string>;
  /** Logical and physical ids of all resources of a type. */
  resourcesOfType(type: string): Promise<{ logicalId: string; physicalId: string }[]>;
}

interface StackResource {
  logicalId: string;
  physicalId: string;
  type: string;
}

/** Finds the stack. Fails with what to do about it when it is not in this account and region. */
export async function findStack(aws: Aws, name: string): Promise<Stack> {
  const cloudFormation = await aws.client('cloudFormation');
  const region = await cloudFormation.config.region();
  let found:
    | {
        StackId?: string;
        StackStatus?: string;
        Outputs?: { OutputKey?: string; OutputValue?: string }[];
        Parameters?: { ParameterKey?: string; ParameterValue?: string }[];
      }
    | undefined;
  try {
    [found] = (await cloudFormation.describeStacks({ StackName: name })).Stacks ?? [];
  } catch (error) {
    const { name: errorName, message } = error as Error;
    if (errorName !== 'ValidationError' || !/does not exist/.test(message)) throw error;
    const { Account, Arn } = await (await aws.client('sts')).getCallerIdentity({});
    throw new Failure(
      [
        `There is no stack ${name} in ${region} of the account ${Account} (you are ${Arn}).`,
        'Give --region and --stack as it was deployed, use the credentials of its account, or deploy it: sam deploy --guided',
      ].join('\n'),
      EXIT.aws,
    );
  }
  let resources: Promise<StackResource[]> | undefined;
  const all = () => {
    resources ??= listResources(aws, name);
    return resources;
  };
  return {
    name,
    region,
    accountId: found?.StackId?.split(':')[4] ?? '',
    partition: found?.StackId?.split(':')[1] ?? 'aws',
    status: found?.StackStatus ?? '',
    outputs: Object.fromEntries(
      (found?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
    parameters: Object.fromEntries(
      (found?.Parameters ?? []).map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
    ),
    resource: async (logicalId) => {
      const resource = (await all()).find((candidate) => candidate.logicalId === logicalId);
      if (resource) return resource.physicalId;
      throw new Failure(`The stack ${name} has no ${logicalId}: deploy this version of it first.`, EXIT.aws);
    },
    resourcesOfType: async (type) => (await all()).filter((resource) => resource.type === type),
  };
}

async function listResources(aws: Aws, StackName: string): Promise<StackResource[]> {
  const cloudFormation = await aws.client('cloudFormation');
  const { paginateListStackResources } = await import('./cloud-formation');
  const resources: StackResource[] = [];
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName }))
    for (const { LogicalResourceId = '', PhysicalResourceId = '', ResourceType = '' } of page.StackResourceSummaries ??
      [])
      resources.push({ logicalId: LogicalResourceId, physicalId: PhysicalResourceId, type: ResourceType });
  return resources;
}
