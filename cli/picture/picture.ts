/** What a bar of the timeline shows. Its colour and its place in the legend follow from it. */
export type BarKind =
  | 'step'
  | 'wait'
  | 'freeze'
  | 'frozen'
  | 'stop'
  | 'down'
  | 'backup'
  | 'start'
  | 'thaw'
  | 'empty'
  | 'failed';

export type Tone = 'good' | 'notice' | 'bad' | 'open';

/** A stretch of time in a lane. Times are milliseconds since 1970. */
export interface Bar {
  kind: BarKind;
  from: number;
  to: number;
  text: string;
}

/** A moment in a lane: a retry, a refusal, a fault, an answer. */
export interface Mark {
  at: number;
  tone: Tone;
  text: string;
}

/** One row of the timeline: an instance, a file system, a table, the run's own steps. */
export interface Lane {
  name: string;
  tone: Tone;
  /** What there is to say of it at the end of the run. */
  note?: string;
  bars: Bar[];
  marks: Mark[];
}

export interface Link {
  text: string;
  url: string;
}

/** All that the page of a run shows, and the JSON inside it. */
export interface Picture {
  workflow: string;
  name: string;
  /** The outcome in the record's word, or the execution's status while there is none. */
  outcome: string;
  tone: Tone;
  error?: string;
  cause?: string;
  from: number;
  to: number;
  /** Label and text, in this order. */
  facts: [label: string, text: string][];
  lanes: Lane[];
  /** The result: a heading and rows. */
  table?: { head: string[]; rows: string[][] };
  report: [label: string, text: string][];
  links: Link[];
}
