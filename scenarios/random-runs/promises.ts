/** A promise of the documentation, and the words in which the checkers say that it does not hold. */
interface Promised {
  /** The sentence, as README.md or a page in docs/ has it. */
  sentence: string;
  words: RegExp;
}

/** What is promised of every run, by a name. The first whose words fit is the one that is broken. */
const PROMISES = {
  'comes-to-an-end': {
    sentence: 'Every run comes to its end, whatever goes wrong.',
    words: /^broken off: |still running|a wait is open|a run is open/,
  },
  'one-complete-copy': {
    sentence: "At each moment one complete copy of the damaged table's data exists.",
    words:
      /no copy of|condemned|the table is gone|no backup of the table|the fallback of the swap is gone|the duplicate of the swap is gone|the items are others/,
  },
  'name-has-its-table': {
    sentence: 'A swap puts the wanted data under the name, or the original back, or says that the name may be empty.',
    words: /the name is empty|under the name|and the name has|the report (claims|says untouched)/,
  },
  'settings-survive': {
    sentence: 'Every setting of the table survives, or the result names it.',
    words: /settings|lost its protection|point-in-time recovery is not as it was/,
  },
  'others-work-stays': {
    sentence: 'What another person does meanwhile is there afterwards, or the result says that it is not.',
    words: /is neither there nor told/,
  },
  'later-writes-stay': {
    sentence: 'An item restore keeps every write since the window, and changes no item outside of the selection.',
    words: /a later write of|outside the selection|without a condition|a call that it must not make| is gone \(/,
  },
  journal: {
    sentence: 'Everything that an item restore replaces is in a journal before.',
    words: /not in the journal|a plan was written twice|with more than the journal has/,
  },
  'started-again': {
    sentence: 'A run starts the instances that it stopped, and no others.',
    words: /ran before, is|is not as it was after a success|what was stopped before runs now/,
  },
  thawed: {
    sentence: 'A run thaws the applications that it froze, also when it fails or is stopped.',
    words: /is frozen/,
  },
  'good-verdict': {
    sentence: 'A backup that a restore test calls good was restored and looked at.',
    words: /a damaged backup|a verdict is good|AWS Backup got another verdict|no good verdict/,
  },
  'nothing-stays': {
    sentence: 'What a run made and does not need is removed, or a message names it.',
    words: /is left, and no|does not name fs-|names fs-|that no message names|a rule is left|the source was changed/,
  },
  'honest-end': {
    sentence: 'A run that did not do its job ends FAILED.',
    words: /SUCCEEDED|succeeded|neither restored nor told|another end|say different things|and record differ/,
  },
  'done-once': {
    sentence: 'Repeating any step is harmless: no job, command or resource is made twice.',
    words: /times a (command|backup)|\d+ (backup|copy|restore) jobs|\d+ file systems|two restore jobs|by \d+ instances/,
  },
  'worker-ends': {
    sentence: 'The instance of EFS-to-EFS is gone when its work is over.',
    words: /the group is not at 0|a lifecycle action hung|gone on with by a run/,
  },
  'told-once': {
    sentence: 'Each run leaves one record, which is closed, and one final message.',
    words:
      /run records|not closed|final notifications|told: |has \d+ notifications|no message says so|something else|no run/,
  },
  'told-well': {
    sentence: 'The message of a run that failed has the reason that AWS gave, the resource and the next step.',
    words:
      /names no (next step|resource)|has the reason that AWS gave|says to start it|a downtime|is called running|RecoveryTime/,
  },
  'locks-are-free': {
    sentence: 'A run that is over holds no lock that another one needs.',
    words: /a lock is left/,
  },
} as const satisfies Record<string, Promised>;

export type PromiseName = keyof typeof PROMISES;

/** The promise that does not hold, from what a checker says. */
export function promiseOf(what: string): PromiseName {
  for (const [name, { words }] of Object.entries(PROMISES)) if (words.test(what)) return name as PromiseName;
  throw new Error(`No promise has these words: ${what}`);
}
