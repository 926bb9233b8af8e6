import type { Check } from './project';

/** The execution's ARN with nothing after it that tells it from a later execution of the same name. */
const ARN_ALONE = /\$states\.context\.Execution\.Id(?! & '\/' & \$states\.context\.Execution\.StartTime)/;

/** A run is named by its execution's ARN and start: Step Functions gives a name free after 90 days, records stay longer. */
export const aslRunId: Check = (project) =>
  project.stateMachines.flatMap(({ file }) => {
    const found = ARN_ALONE.exec(project.text(file));
    return found
      ? [
          project.findingAtText(
            file,
            found.input.slice(found.index, found.index + 90),
            'asl-run-id',
            'names a run by the ARN of its execution alone; add its StartTime',
          ),
        ]
      : [];
  });
