import { SimulatorError } from '../../errors';
import type { Region } from '../../places';
import type { Caller, Service } from '../../service';
import type { Ec2Instance } from '../ec2/instance';

/** A program that Run Command started on an instance. It acts with the rights of the role of its instance. */
export class InstanceProcess {
  private readonly boot: number;

  constructor(
    readonly region: Region,
    readonly instance: Ec2Instance,
    /** The script that started it, with its parameters in it. */
    readonly commandLine: string,
  ) {
    this.boot = instance.stateSince;
  }

  /** False once the instance has left the state in which the program was started. */
  get isAlive(): boolean {
    return this.instance.state === 'running' && this.instance.stateSince === this.boot;
  }

  get caller(): Caller {
    const { id, roleArn } = this.instance;
    if (!roleArn) throw new SimulatorError(`The program on ${id} has no instance profile.`);
    return { principalArn: roleArn, accountId: this.region.account.id };
  }

  /** Calls AWS as the role of the instance; throws what AWS refuses. */
  call(service: Service, operation: string, input: object): Promise<unknown> {
    return this.region.account.endpoint.request(service, operation, input, this.caller);
  }
}

/** What stands in for a program; it answers with the exit code and the standard output. */
type Program = (process: InstanceProcess) => Promise<{ exitCode: number; output: string }>;

declare module '../../places' {
  interface Account {
    readonly programs: Programs;
  }
}

/** The programs that scripts may start on instances. Every other script does what its instance declares. */
export class Programs {
  private readonly known: { pattern: RegExp; run: Program }[] = [];

  /** From now on, `run` does what a script does whose text `pattern` matches. */
  register(pattern: RegExp, run: Program): void {
    this.known.push({ pattern, run });
  }

  find(commandLine: string): Program | undefined {
    return this.known.find(({ pattern }) => pattern.test(commandLine))?.run;
  }
}
