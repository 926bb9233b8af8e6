/** AWS Backup runs one backup or copy job of a resource at a time. */
export class BusyResources {
  private readonly jobs = new Map<string, object>();

  /** Takes the resource for this job; false while another job has it. */
  claim(resourceArn: string, job: object): boolean {
    if (this.jobs.has(resourceArn)) return false;
    this.jobs.set(resourceArn, job);
    return true;
  }

  release(resourceArn: string, job: object): void {
    if (this.jobs.get(resourceArn) === job) this.jobs.delete(resourceArn);
  }
}
