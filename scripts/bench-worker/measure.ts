import { spawnSync } from 'node:child_process';
import { python } from '../../scenarios/worker/directories';

/** What some commands took, one after the other, with all their processes. */
export interface Measure {
  seconds: number;
  processorSeconds: number;
  /** The most memory at once (PSS), looked at every 20 ms. */
  mebibytes: number;
}

/** Runs commands, given as JSON, and prints what they took. The wrapper's own time is not in it. */
const MEASURE = `
import json, os, resource, subprocess, sys, time
def below(root):
    parents = {}
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % pid) as file: parents[int(pid)] = int(file.read().rpartition(')')[2].split()[1])
        except OSError: pass
    found = [root]
    for pid in found: found += [child for child, parent in parents.items() if parent == pid]
    return found
def memory(pids):
    total = 0
    for pid in pids:
        try:
            with open('/proc/%d/smaps_rollup' % pid) as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith('Pss:'))
        except OSError: pass
    return total / 1024
started, most = time.monotonic(), 0
for command in json.loads(sys.argv[1]):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while True:
        try:
            _, errors = process.communicate(timeout=0.02)
            break
        except subprocess.TimeoutExpired: most = max(most, memory(below(process.pid)))
    if process.returncode: sys.exit('%s ended with %s: %s' % (command, process.returncode, errors[-1000:]))
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({'seconds': time.monotonic() - started, 'processorSeconds': used.ru_utime + used.ru_stime, 'mebibytes': most}))`;

/** Runs commands in an environment and measures them. Throws if one fails. */
export function measure(commands: [string, string[]][], environment: object): Measure {
  const list = JSON.stringify(commands.map(([command, args]) => [command, ...args]));
  // The wrapper itself is not delayed: the environment is that of the commands.
  const env = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const wrapped = JSON.stringify(JSON.parse(list).map((command: string[]) => ['env', ...env, ...command]));
  const { status, stdout, stderr } = spawnSync(python(), ['-c', MEASURE, wrapped], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  return JSON.parse(stdout);
}

/** The value in the middle of several measurements of the same. */
export function medianOf(measures: Measure[]): Measure {
  const middle = (values: number[]) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
  return {
    seconds: middle(measures.map(({ seconds }) => seconds)),
    processorSeconds: middle(measures.map(({ processorSeconds }) => processorSeconds)),
    mebibytes: Math.max(...measures.map(({ mebibytes }) => mebibytes)),
  };
}
