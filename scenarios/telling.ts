import type { Fault } from '../simulator/faults';
import type { Simulation } from './simulation';

/** AWS's words for each fault of a call, whichever service says it. */
const WORDS: Readonly<Record<string, RegExp>> = {
  accessDenied: /not authorized|AccessDenied|UnauthorizedOperation/,
  throttle: /Throttl|Rate exceeded|RequestLimitExceeded|SlowDown/,
  serverError: /Internal|Unavailable|ServiceFailure/,
  timeout: /[Tt]imed? ?out|does not answer/,
  timeoutAfterSuccess: /[Tt]imed? ?out|does not answer/,
};
/** Nothing is refused by these: what a run then fails of has no words of AWS's. */
const WITHOUT_WORDS = ['staleRead', 'slow', 'crashAfter'];
/** The bad end of a job is a reason by itself: a run may meet a fault, continue, and fail because of its job. */
const JOB_FAILED = / is (FAILED|ABORTED|EXPIRED|PARTIAL)\b/;
/** So is a script that failed, and a person who stopped the execution. */
const SCRIPT_FAILED = /script ended (?!Success)/;
const STOPPED = /ended ABORTED/;
/** No message names what keeps the message from being written or sent. */
const OF_THE_MESSAGE = ['sns:Publish'];

/**
 * What of the final messages of a failed run leaves the operator without the reason that AWS gave, the resource, or the
 * next step. `targets` are the resources that the input names. An execution that was cut off or given up counts too: its
 * undo reads what it had caught.
 */
export function unclear(simulation: Simulation, told: string[], targets: string[]): string[] {
  const failed = told.filter((text) => text.startsWith('FAILED'));
  const broken: string[] = [];
  for (const text of failed) {
    if (!/^What to do: \S/m.test(text)) broken.push('a message names no next step');
    if (!targets.some((target) => text.includes(target))) broken.push('a message names no resource');
  }
  const { list, idle } = simulation.account.faults;
  const struck = list.filter((fault) => !idle.includes(fault));
  if (struck.some(({ fault }) => WITHOUT_WORDS.includes(fault))) return broken;
  const words = struck.flatMap((fault) => wordsOf(fault));
  const reasons = [...words, JOB_FAILED, SCRIPT_FAILED, STOPPED];
  const hasReason = (text: string) => reasons.some((reason) => reason.test(text));
  if (failed.length > 0 && words.length > 0 && !failed.some(hasReason))
    broken.push(`no message has the reason that AWS gave: ${failed[0]?.split('\n').slice(1, 4).join(' / ')}`);
  return broken;
}

function wordsOf(fault: Fault): RegExp[] {
  if (!('call' in fault) || OF_THE_MESSAGE.includes(fault.call)) return [];
  const words = WORDS[fault.fault];
  return words ? [words] : [];
}
