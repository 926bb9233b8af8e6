/** Seconds to the next look, so many seconds after the start of a wait. */
type Rhythm = (elapsedSeconds: number) => number;

const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 300;

/** Where looks are the only way to hear of an end: about 5 % of the time waited, from 5 s to 5 min. */
export const LOOKED_FOR: Rhythm = (elapsed) => share(elapsed, 0.05, FIRST_SECONDS);
/** Where an event usually tells of an end at once: a quarter of the time waited, from 15 s to 5 min. */
export const TOLD: Rhythm = (elapsed) => share(elapsed, 0.25, 15);
/**
 * For jobs of AWS Backup: 5 % of the time waited, from 1 min to 5 min. Its events come every five minutes, best effort
 * (https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html), so a look often is the first to know.
 */
export const BACKUP_JOBS: Rhythm = (elapsed) => share(elapsed, 0.05, 60);
/** Where an application is down meanwhile: every 5 s. */
export const CRITICAL: Rhythm = () => FIRST_SECONDS;

function share(elapsedSeconds: number, part: number, least: number): number {
  return Math.min(LONGEST_SECONDS, Math.max(least, Math.round(elapsedSeconds * part)));
}
