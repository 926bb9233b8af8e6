import type {
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  FilterLogEventsRequest,
  FilterLogEventsResponse,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../errors';
import { type Access, Service } from '../service';
import { requireSupported } from '../supported-parameters';
import { fitsLine } from './cloudwatch/metric-filter';
import { page } from './page';

declare module '../places' {
  interface Region {
    readonly logs: Logs;
  }
}

const GROUP_TYPE = 'AWS::Logs::LogGroup';
const MOST_GROUPS = 50;
const MOST_EVENTS = 10_000;
const DAY_DIGITS = 10;

interface LogGroup {
  name: string;
  arn: string;
  createdAt: number;
  retentionInDays?: number;
  /** Logical ids of the functions that log into it. */
  functions: Set<string>;
}

/**
 * Amazon CloudWatch Logs, as far as a person looks into it: the log groups of stacks and what functions wrote. Insights is
 * not simulated, and of filter patterns only single terms and what metric filters have.
 */
export class Logs extends Service {
  readonly iamPrefix = 'logs';

  override usualAccess(operation: string, input: object): Access[] {
    const { logGroupName = '*' } = input as { logGroupName?: string };
    return [{ action: `logs:${operation}`, resource: this.region.arn('logs', `log-group:${logGroupName}:*`) }];
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
  DescribeLogGroups(input: DescribeLogGroupsRequest): DescribeLogGroupsResponse {
    requireSupported('logs:DescribeLogGroups', input, ['logGroupNamePrefix', 'limit', 'nextToken']);
    const { logGroupNamePrefix = '', limit = MOST_GROUPS, nextToken } = input;
    const all = this.groups().filter(({ name }) => name.startsWith(logGroupNamePrefix));
    const found = page(all, limit, nextToken);
    return {
      logGroups: found.items.map(({ name, arn, createdAt, retentionInDays }) => ({
        logGroupName: name,
        arn: `${arn}:*`,
        logGroupArn: arn,
        creationTime: createdAt,
        metricFilterCount: 0,
        storedBytes: 0,
        logGroupClass: 'STANDARD',
        ...(retentionInDays !== undefined && { retentionInDays }),
      })),
      ...(found.nextToken && { nextToken: found.nextToken }),
    };
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html: the oldest first. */
  FilterLogEvents(input: FilterLogEventsRequest): FilterLogEventsResponse {
    const supported = ['logGroupName', 'startTime', 'endTime', 'filterPattern', 'limit', 'nextToken', 'interleaved'];
    requireSupported('logs:FilterLogEvents', input, supported);
    const { logGroupName, startTime = 0, endTime = Number.POSITIVE_INFINITY, filterPattern = '' } = input;
    const group = this.groups().find(({ name }) => name === logGroupName);
    if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    const lines = this.region.account.logs.map((line, index) => ({ ...line, index, at: Date.parse(line.time) }));
    const fitting = lines.filter(
      ({ logicalId, line, at }) =>
        group.functions.has(logicalId) && at >= startTime && at <= endTime && fitsLine(filterPattern, line),
    );
    const { items, nextToken } = page(fitting, input.limit ?? MOST_EVENTS, input.nextToken);
    return {
      events: items.map(({ logicalId, line, at, time, index }) => ({
        logStreamName: `${time.slice(0, DAY_DIGITS).replaceAll('-', '/')}/${logicalId}[$LATEST]`,
        timestamp: at,
        ingestionTime: at,
        message: line,
        eventId: String(index).padStart(56, '0'),
      })),
      searchedLogStreams: [],
      ...(nextToken && { nextToken }),
    };
  }

  /** The groups that stacks made, and those that Lambda makes for functions without one. */
  private groups(): LogGroup[] {
    const groups = new Map<string, LogGroup>();
    const add = (name: string, createdAt: Date, retention?: unknown) => {
      const arn = this.region.arn('logs', `log-group:${name}`);
      const retentionInDays = retention === undefined ? {} : { retentionInDays: Number(retention) };
      const group = { name, arn, createdAt: createdAt.getTime(), ...retentionInDays, functions: new Set<string>() };
      if (!groups.has(name)) groups.set(name, group);
      return groups.get(name);
    };
    for (const { resources, createdAt } of this.region.cloudFormation.stacks.values()) {
      for (const { type, physicalId, properties } of resources.values())
        if (type === GROUP_TYPE) add(physicalId, createdAt, properties.RetentionInDays);
      for (const [logicalId, { type, physicalId, properties }] of resources) {
        if (type !== 'AWS::Lambda::Function') continue;
        const { LogGroup: given } = (properties.LoggingConfig ?? {}) as { LogGroup?: string };
        add(given ?? `/aws/lambda/${physicalId}`, createdAt)?.functions.add(logicalId);
      }
    }
    return [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
