import { paginateLookupEvents } from '@aws-sdk/client-cloudtrail';
import { cloudTrail } from '../../shared/clients/cloudtrail';
import { executionArnOf, startOf } from '../../shared/runs/run-id';

/** A principal, as CloudTrail and function URLs name it. */
interface Principal {
  /** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`, `arn:aws:iam::ACCOUNT:user/NAME` or the account's root. */
  arn: string;
}

/** What is read of an event: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
interface StartEvent {
  userIdentity?: { arn?: string; invokedBy?: string };
  errorCode?: string;
  requestParameters?: { stateMachineArn?: string; name?: string };
  responseElements?: { executionArn?: string };
}

/** CloudTrail's times are whole seconds. */
const AROUND_MS = 60_000;

/**
 * Who started a run's execution, by CloudTrail's event history: every principal that did within the minute, because
 * StartExecution with the name and the input of a running execution succeeds too. Empty while CloudTrail does not show the call: it is minutes late
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html). A start by a service
 * for a caller, such as a rule's, has no principal that is a person: it is in the list without an ARN. Reads only.
 */
export async function findStarters(runId: string): Promise<Partial<Principal>[]> {
  const startedAt = startOf(runId);
  if (startedAt === undefined) return [];
  const starters: Partial<Principal>[] = [];
  const pages = paginateLookupEvents(
    { client: cloudTrail },
    {
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'StartExecution' }],
      StartTime: new Date(startedAt - AROUND_MS),
      EndTime: new Date(startedAt + AROUND_MS),
    },
  );
  for await (const { Events = [] } of pages) {
    for (const { CloudTrailEvent } of Events) {
      // It may be the start that is asked for: then it is not known who is a second person.
      if (!CloudTrailEvent) throw new Error('CloudTrail shows a start of an execution without saying whose it is.');
      const event = JSON.parse(CloudTrailEvent) as StartEvent;
      if (event.errorCode || !isOf(event, executionArnOf(runId))) continue;
      const { arn, invokedBy } = event.userIdentity ?? {};
      starters.push(arn && !invokedBy ? { arn } : {});
    }
  }
  return starters;
}

function isOf({ requestParameters, responseElements }: StartEvent, executionArn: string): boolean {
  if (responseElements?.executionArn) return responseElements.executionArn === executionArn;
  const { stateMachineArn = '', name } = requestParameters ?? {};
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}` === executionArn;
}

/**
 * Whether two principals may be one person: the same user or role, or sessions of the same name, which single sign-on
 * takes from the person.
 */
export function mayBeSamePerson(one: Principal, other: Principal): boolean {
  const [mine, theirs] = [partsOf(one), partsOf(other)];
  const isSameSession = mine.session !== undefined && mine.session === theirs.session;
  return (
    mine.principal === theirs.principal || isSameSession || mine.session === theirs.user || theirs.session === mine.user
  );
}

/** `user` and `session` in lower case, as no two people differ in that only. */
function partsOf({ arn }: Principal): { principal: string; session?: string; user?: string } {
  const [kind = '', ...names] = (arn.split(':')[5] ?? '').split('/');
  const last = names.at(-1)?.toLowerCase();
  const account = arn.split(':')[4];
  if (kind === 'assumed-role') return { principal: `${account} role ${names[0]}`, session: last };
  return { principal: `${account} ${kind} ${last}`, ...(kind === 'user' && { user: last }) };
}
