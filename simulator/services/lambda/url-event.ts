import type { Region } from '../../places';
import type { Caller } from '../../service';

/** The event of a signed POST to a function URL: payload format 2.0, with who calls. */
export function urlEvent(region: Region, url: string, body: string, caller: Caller): object {
  const { account } = region;
  const { hostname } = new URL(url);
  const { Arn, UserId } = region.sts.GetCallerIdentity({}, caller);
  return {
    version: '2.0',
    routeKey: '$default',
    ...{ rawPath: '/', rawQueryString: '', headers: { 'content-type': 'application/json', host: hostname } },
    requestContext: {
      accountId: caller.accountId,
      apiId: hostname.split('.')[0],
      authorizer: {
        iam: {
          ...{ accessKey: 'SIMULATED', accountId: caller.accountId, callerId: UserId, cognitoIdentity: null },
          ...{ principalOrgId: caller.organizationId ?? null, userArn: Arn, userId: UserId },
        },
      },
      domainName: hostname,
      domainPrefix: hostname.split('.')[0],
      http: { method: 'POST', path: '/', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'simulated' },
      requestId: `url-${region.lambda.invocations.length + 1}`,
      ...{
        routeKey: '$default',
        stage: '$default',
        time: account.clock.date.toUTCString(),
        timeEpoch: account.clock.now,
      },
    },
    body,
    isBase64Encoded: false,
  };
}
