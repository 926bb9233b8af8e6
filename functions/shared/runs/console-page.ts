const DOMAINS: Record<string, string> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/**
 * The start page of a service in the AWS console, of the region and partition of an ARN: `https://…/states/home?region=…`,
 * to which the service's own `#/…` is added. Undefined where the ARN names no region.
 */
export function consolePage(arn: string, service: string): string | undefined {
  const [, partition = '', , region = ''] = arn.split(':');
  if (!/^[a-z0-9-]+$/.test(region)) return undefined;
  const domain = DOMAINS[partition] ?? 'console.aws.amazon.com';
  return `https://${region}.${domain}/${service}/home?region=${region}`;
}

/** The page of an execution; undefined for a run that is none. */
export function executionPage(executionArn: string): string | undefined {
  const page = executionArn.startsWith('arn:') ? consolePage(executionArn, 'states') : undefined;
  return page && `${page}#/v2/executions/details/${encodeURIComponent(executionArn)}`;
}
