/** Says on standard error how far a long bench has come, and at once what it found: so that a bench that is stopped early has told its findings. */
export class Progress {
  private done = 0;
  private found = 0;
  private readonly startedAt = process.hrtime.bigint();

  constructor(
    private readonly what: string,
    private readonly total: number,
    private readonly every = 100,
  ) {}

  step(findings: string[] = []): void {
    this.done += 1;
    this.found += findings.length;
    for (const finding of findings) process.stderr.write(`${finding}\n`);
    if (this.done % this.every !== 0 && this.done !== this.total) return;
    // Virtual time is the process's time while an account is open; this clock is not part of it.
    const seconds = Number(process.hrtime.bigint() - this.startedAt) / 1e9;
    process.stderr.write(
      `${this.what}: ${this.done} of ${this.total}, ${this.found} broken, ${seconds.toFixed(0)} s\n`,
    );
  }
}
