/** One thing that a check looked at: its state, and what to do if that is wrong. */
export interface Finding {
  subject: string;
  state: string;
  /** Absent when all is well. */
  advice?: string;
}
