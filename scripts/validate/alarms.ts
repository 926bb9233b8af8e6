import { type Check, OPERATIONS_PAGE, TEMPLATE } from './project';

/**
 * Every alarm tells the operator, by the topic, and the operator's page says what it means and what to do. One that rings
 * without data waits first: right after a deployment there is none.
 */
export const alarms: Check = (project) =>
  Object.entries(project.template.Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
    if (Type !== 'AWS::CloudWatch::Alarm') return [];
    const page = project.files[OPERATIONS_PAGE];
    const actions = JSON.stringify(Properties.AlarmActions ?? []);
    return [
      ...(/"NotificationTopic(Arn)?"/.test(actions) ? [] : ['does not go to the topic']),
      ...(Properties.TreatMissingData === 'breaching' && Properties.WarmUpConfiguration === undefined
        ? ['rings right after its deployment: it needs a WarmUpConfiguration']
        : []),
      ...(page === undefined || page.includes(`\`${logicalId}\``) ? [] : [`is not explained in ${OPERATIONS_PAGE}`]),
    ].map((problem) => project.finding(TEMPLATE, ['Resources', logicalId], 'alarms', `${logicalId} ${problem}`));
  });
