/** What AWS says to a question that has two answers. What it does not say is not known, and never a no. */
type Answer = 'yes' | 'no' | 'unknown';

/** Reads a member of an answer: true is yes and false no, or the words for them, as the API's reference has them. */
export function answerOf(member: boolean | undefined): Answer;
export function answerOf<Word extends string>(member: Word | undefined, yes: NoInfer<Word>, no: NoInfer<Word>): Answer;
export function answerOf(member: unknown, yes: unknown = true, no: unknown = false): Answer {
  if (member === yes) return 'yes';
  return member === no ? 'no' : 'unknown';
}
