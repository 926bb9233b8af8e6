/** EFS meters blocks and metadata, AWS Backup what it stores; less than this share of a backup is not all of it. */
const WHOLE_PERCENT = 90;

/** The size, in bytes, from which on a restored file system has all of a backup, as far as sizes tell it. */
export function wholeBytesOf(backedBytes: number): number {
  return (backedBytes * WHOLE_PERCENT) / 100;
}
