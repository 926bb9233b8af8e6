import type { Region } from '../../places';
import type { Rate } from '../../service';

const LARGE_REGIONS = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-api-action-throttling-general */
export function stepFunctionsRates(region: Region): Record<string, Rate> {
  // Looked up at each request: a region's services are made before it has its name.
  const perRegion = (large: Rate, other: Rate) => (LARGE_REGIONS.has(region.name) ? large : other);
  const sendTask = () => perRegion({ burst: 3000, perSecond: 500 }, { burst: 1500, perSecond: 300 });
  return {
    get StartExecution() {
      return perRegion({ burst: 1300, perSecond: 300 }, { burst: 800, perSecond: 150 });
    },
    get SendTaskSuccess() {
      return sendTask();
    },
    get SendTaskFailure() {
      return sendTask();
    },
    get SendTaskHeartbeat() {
      return sendTask();
    },
    get DescribeExecution() {
      return perRegion({ burst: 300, perSecond: 15 }, { burst: 250, perSecond: 10 });
    },
    GetExecutionHistory: { burst: 400, perSecond: 20 },
  };
}
