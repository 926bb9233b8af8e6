/** Short enough to wait for, long enough to see. */
const LINE_MS = 45;
const LONGEST_MS = 350;

/**
 * A pause before each line, so that a person can follow: longer where more virtual time has passed. All pauses together
 * stay within `budgetMs`. Node.js waits as a whole, because virtual time has taken over its timers.
 */
export function pacer(budgetMs: number): (virtualSeconds: number) => void {
  const cell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let left = budgetMs;
  return (virtualSeconds) => {
    const ms = Math.min(left, LONGEST_MS, LINE_MS * (1 + Math.log2(1 + virtualSeconds / 30)));
    left -= ms;
    if (ms > 0) Atomics.wait(cell, 0, 0, ms);
  };
}
