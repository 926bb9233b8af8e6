import { localTime } from '../dates';
import { EXIT } from '../failure';
import type { Request } from '../parse';
import { bytesText } from '../progress';
import { findRecoveryPoints } from '../recovery-points';
import { duration, table } from '../render/report';
import type { Tone } from '../render/screen';
import type { Session } from '../session';

const DAY_SECONDS = 24 * 3600;

/** Lists what can be restored, the newest first. */
export async function recoveryPoints(
  session: Session,
  request: Extract<Request, { command: 'recovery-points' }>,
): Promise<number> {
  const { screen, options, aws } = session;
  const points = await findRecoveryPoints(session, request);
  if (options.json) {
    screen.print(
      JSON.stringify(points.map((point) => ({ ...point, createdAt: new Date(point.createdAt).toISOString() }))),
    );
    return EXIT.ok;
  }
  if (points.length === 0) {
    screen.print('There is nothing that can be restored.');
    return EXIT.ok;
  }
  const cell = (text: string, tone: Tone = 'plain') => ({ text, tone });
  const rows = points.map((point) => {
    const seconds = (aws.now() - point.createdAt) / 1000;
    return [
      cell(localTime(point.createdAt), 'quiet'),
      cell(seconds < DAY_SECONDS ? duration(seconds) : `${Math.floor(seconds / DAY_SECONDS)} d`),
      cell(`${point.type} ${point.resource}`),
      cell(point.isCold ? 'cold' : 'warm', point.isCold ? 'notice' : 'plain'),
      cell(point.sizeInBytes === undefined ? '-' : bytesText(point.sizeInBytes)),
      cell(point.status, ['COMPLETED', 'AVAILABLE'].includes(point.status) ? 'good' : 'notice'),
      cell(point.vault),
    ];
  });
  screen.print(table(['created', 'age', 'of', 'storage', 'size', 'status', 'in'], rows, screen));
  for (const { id, name } of points) screen.print(screen.paint(`${id}${name ? ` ${name}` : ''}`, 'quiet'));
  return EXIT.ok;
}
