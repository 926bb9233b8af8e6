import { execFileSync } from 'node:child_process';
import { parseTemplate } from '../../simulator/cloudformation/load-template';
import type { JsonObject, Template } from '../../simulator/cloudformation/template';
import { type Check, TEMPLATE } from './project';

const PREVIOUS_RELEASE = 'test/upgrades/previous-release.tar.gz';

/** The template of the release that stacks are upgraded from. */
export function previousTemplate(): Template {
  const text = execFileSync('tar', ['-xzOf', PREVIOUS_RELEASE, 'template.yaml'], { encoding: 'utf8' });
  return parseTemplate(text, PREVIOUS_RELEASE);
}

/**
 * A deployment adds or removes at most one global secondary index of a table: CloudFormation refuses two ("Cannot perform
 * more than one GSI creation or deletion in a single update"; AWS::DynamoDB::Table, GlobalSecondaryIndexes). A changed
 * index is two changes.
 */
export function indexChanges(previous: () => Template): Check {
  return (project) => {
    const before = previous().Resources;
    return Object.entries(project.template.Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
      const old = before[logicalId]?.Properties;
      if (Type !== 'AWS::DynamoDB::Table' || !old) return [];
      const was = indexesOf(old);
      const is = indexesOf(Properties);
      const changes =
        [...is].filter((index) => !was.has(index)).length + [...was].filter((index) => !is.has(index)).length;
      if (changes <= 1) return [];
      const message = `${logicalId} changes ${changes} indexes since the previous release; CloudFormation changes one a deployment`;
      return [project.finding(TEMPLATE, ['Resources', logicalId], 'index-changes', message)];
    });
  };
}

function indexesOf({ GlobalSecondaryIndexes = [] }: JsonObject): Set<string> {
  return new Set((GlobalSecondaryIndexes as unknown[]).map((index) => JSON.stringify(index)));
}
