/** A behaviour that an implementation is known not to have. */
export interface Difference {
  implementation: 'simulator' | 'moto';
  suite: string;
  /** The name of the test. */
  behaviour: string;
  reason: string;
}

/** Every difference that is known. The tests named here have to fail: a line that is no longer true shows up. */
export const differences: Difference[] = [
  {
    implementation: 'moto',
    suite: 'SNS',
    behaviour: 'a subject has no line break',
    reason: "moto checks a subject's length only; AWS: API_Publish, Subject",
  },
];
