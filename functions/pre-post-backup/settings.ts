import { getOpenRun, type StepInput } from '../shared/runs/runs';
import { DEFAULT_START_WINDOW_MINUTES, type Settings } from './input';

/** What each step of a group is given; all else it reads from the run's items, so that the state stays small. */
export interface GroupTaskInput extends StepInput {
  /** The group's number, from 0. */
  group: number;
  taskToken: string;
}

/** The input of a run that is going on, with its defaults, as the preflight wrote it into the run record `getOpenRun` gives. */
export async function settingsOf(step: StepInput): Promise<Settings> {
  return (await getOpenRun(step)).settings as Settings;
}

// AWS Backup's own default (API_StartBackupJob): EC2 jobs complete within 7 days at the most.
const DEFAULT_COMPLETE_WINDOW_MINUTES = 7 * 24 * 60;

/** After so long the job itself must have ended, or been ended by AWS Backup; an hour on top for it to say so. */
export function backupDeadlineSeconds(settings: Settings): number {
  const { StartWindowMinutes, CompleteWindowMinutes } = settings.BackupDetails;
  const start = StartWindowMinutes ?? DEFAULT_START_WINDOW_MINUTES;
  return (Math.max(start, CompleteWindowMinutes ?? start + DEFAULT_COMPLETE_WINDOW_MINUTES) + 60) * 60;
}
