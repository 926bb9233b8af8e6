import { defaultWorld, exampleInput } from '../../scenarios/simulation';
import { type InstanceReport, instanceReports } from './instance-report';
import { type Scene, unmet } from './scene';

const FAILING = 'i-0a1b2c3d4e5f60003';

const isBackedUp = ({ BackupJobStatus, FailureMessage }: InstanceReport) =>
  BackupJobStatus === 'COMPLETED' && FailureMessage === '';

/** A fleet in which the pre script fails on one instance. */
export const fleetWithAFailingInstance: Scene = {
  workflow: 'pre-post-backup',
  announcement:
    'Four instances are frozen by a script, stopped, backed up, started and thawed; a fifth is stopped and stays so. ' +
    'The script fails on db-1: it is thawed and left out, the others are backed up, and the run ends FAILED.',
  world: defaultWorld('pre-post-backup-demo'),
  input: exampleInput('pre-post-backup'),
  check(result) {
    const reports = instanceReports(result);
    const failing = reports.find(({ InstanceId }) => InstanceId === FAILING);
    const others = reports.filter(({ InstanceId }) => InstanceId !== FAILING);
    return unmet({
      'The run did not end FAILED with BackupIncomplete.':
        result.status === 'FAILED' && result.error === 'BackupIncomplete',
      'Not all of the four good instances were backed up.': others.length === 4 && others.every(isBackedUp),
      'db-1 was backed up although its pre script failed.': failing?.BackupJobStatus === 'skipped',
      'The reason for db-1 does not name the pre script.': /pre script ended Failed/.test(
        failing?.FailureMessage ?? '',
      ),
      'db-1 was not thawed.': failing?.PostBackupScriptStatus === 'Success',
      'Not every instance is as it was before.': (result.world.instances ?? []).every(
        ({ State, Tags }) => State === (Tags?.Name === 'spare-1' ? 'stopped' : 'running'),
      ),
      'There was not exactly one notification.': result.notifications.length === 1,
    });
  },
};
