import { nowSeconds } from '../clock';

/** An instance that was described before may be missing from one answer. For longer it is gone. */
const GONE_AFTER_SECONDS = 600;

/** What looks note about an instance that EC2's answers lack. */
export interface MissingNote {
  /** Seconds since 1970. */
  missingSince?: number;
}

/** True if EC2's answers have lacked the instance for so long that it is gone. Notes when that began. */
export function isGone(note: MissingNote): boolean {
  note.missingSince ??= nowSeconds();
  return nowSeconds() - note.missingSince >= GONE_AFTER_SECONDS;
}
