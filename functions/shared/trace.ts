import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { currentKeys } from './current-run';

/** X-Ray's annotations have letters, digits and underscores in their names, and at most 1,000 characters. */
const MOST_CHARACTERS = 1000;

/**
 * Does something, and tells X-Ray for which run: a subsegment with the annotations `runId`, `workflow` and `item`, by which
 * traces can be searched. Goes to the daemon that Lambda runs beside the function, by UDP, which knows no
 * answer: nothing fails without it. https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html,
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html
 */
export async function traced<Result>(act: () => Promise<Result>): Promise<Result> {
  const start = Date.now();
  try {
    return await act();
  } finally {
    await send(start);
  }
}

async function send(startMs: number): Promise<void> {
  const [address = '', port = ''] = (process.env.AWS_XRAY_DAEMON_ADDRESS ?? '').split(':');
  const header = process.env._X_AMZN_TRACE_ID;
  const { Root, Parent, Sampled } = partsOf(header);
  const annotations = currentKeys();
  if (!address || !Root || !Parent || Sampled !== '1' || !annotations.runId) return;
  const subsegment = {
    name: 'run',
    id: createHash('sha256').update(`${header} run`).digest('hex').slice(0, 16),
    type: 'subsegment',
    trace_id: Root,
    parent_id: Parent,
    start_time: startMs / 1000,
    end_time: Date.now() / 1000,
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([name, value]) => [name, value.slice(0, MOST_CHARACTERS)]),
    ),
  };
  const text = `{"format":"json","version":1}\n${JSON.stringify(subsegment)}`;
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.send(text, Number(port), address, () => socket.close(resolve)));
}

/** `Root=1-…;Parent=…;Sampled=1` */
function partsOf(header = ''): Record<string, string | undefined> {
  return Object.fromEntries(header.split(';').map((part) => part.split('=')));
}
