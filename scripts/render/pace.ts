/** Short enough to wait for, long enough to see. */
const LINE_MS = 45;
const LONGEST_MS = 350;

/**
 * A pause before each line, so that a person can follow: longer where more virtual time has passed, shorter where the
 * simulation itself took its time. All pauses together stay within `budgetMs`. Node.js waits as a whole, because
 * virtual time has taken over its timers.
 */
export function pacer(budgetMs: number): (virtualSeconds: number) => void {
  const cell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let left = budgetMs;
  let lastLineAt = realMilliseconds();
  return (virtualSeconds) => {
    const wanted = Math.min(LONGEST_MS, LINE_MS * (1 + Math.log2(1 + virtualSeconds / 30)));
    const ms = Math.min(left, wanted - (realMilliseconds() - lastLineAt));
    if (ms > 0) {
      left -= ms;
      Atomics.wait(cell, 0, 0, ms);
    }
    lastLineAt = realMilliseconds();
  };
}

/** Real time, also while virtual time is installed. */
function realMilliseconds(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
