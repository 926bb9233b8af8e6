import { type Command, Option } from '@commander-js/extra-typings';
import { afterHelp, type OptionsOf } from '../command-line';
import { localTime } from '../dates';
import { EXIT } from '../failure';
import { bytesText } from '../progress';
import { findRecoveryPoints } from '../recovery-points';
import { duration, table } from '../render/report';
import type { Tone } from '../render/screen';
import type { Session } from '../session';
import type { CarryOut } from './all';

const DAY_SECONDS = 24 * 3600;

const TYPES = ['EC2', 'EBS', 'EFS', 'DynamoDB'];

/** `recovery-points`: lists what can be restored, the newest first. */
export function declare(command: Command, carryOut: CarryOut): void {
  flags(command)
    .addHelpText(
      'after',
      afterHelp('backup-workflows recovery-points --type DynamoDB', { ok: 'what can be restored is listed' }),
    )
    .action((options) => carryOut((session) => recoveryPoints(session, options)));
}

function flags(command: Command) {
  return command
    .addOption(new Option('--type <TYPE>', 'only of this type').choices(TYPES))
    .option('--resource <NAME>', 'only of this instance, file system or table (id, name or ARN)')
    .option('--vault <NAME>', 'only of this backup vault');
}

async function recoveryPoints(session: Session, request: OptionsOf<typeof flags>): Promise<number> {
  const { screen, options, aws } = session;
  const points = await findRecoveryPoints(session, request);
  if (options.json) {
    screen.print(
      session.asData(points.map((point) => ({ ...point, createdAt: new Date(point.createdAt).toISOString() }))),
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
      cell(point.name ? `${point.id} ${point.name}` : point.id, 'quiet'),
    ];
  });
  screen.print(table(['created', 'age', 'of', 'storage', 'size', 'status', 'in', 'recovery point'], rows, screen));
  return EXIT.ok;
}
