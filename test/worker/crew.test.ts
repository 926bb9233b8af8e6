import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { python } from '../../scenarios/worker/directories';
import { describeWorker } from './describe-worker';

/** Runs some work in a crew of at most 32 threads, beside so many processes that compute. Prints how many threads it took. */
const CREW = `
import subprocess, sys, time
sys.path.insert(0, 'worker')
import crew
others = [subprocess.Popen([sys.executable, '-c', 'while True: pass']) for _ in range(int(sys.argv[2]))]
try:
    time.sleep(0.2)
    end = time.monotonic() + 1
    def compute():
        while time.monotonic() < end: sum(range(1000))
    def wait():
        while time.monotonic() < end: time.sleep(0.001)
    made = crew.Crew({'compute': compute, 'wait': wait}[sys.argv[1]], 32)
    made.join()
    print(len(made._threads))
finally:
    for other in others: other.kill()
`;

describeWorker('a crew of threads', () => {
  const threads = (work: string, others: number) =>
    Number(spawnSync(python(), ['-c', CREW, work, `${others}`], { encoding: 'utf8' }).stdout);

  it('grows while a file system lets it wait', () => {
    expect(threads('wait', 0)).toBe(32);
  });

  it('stays small while it computes, also where others leave it little of the processors', () => {
    expect(threads('compute', 4 * cpus().length)).toBe(1);
  });
});
