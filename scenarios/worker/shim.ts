import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface ShimSettings {
  /** Calls below this directory are counted and delayed. */
  root: string;
  metadataMicroseconds?: number;
  writeMicroseconds?: number;
  maximumLinks?: number;
  /** NFSv4.1 has no extended attributes, no ACLs of POSIX and no SEEK_HOLE. */
  isNfs41?: boolean;
  /** What befalls a file when it is opened: `refuse:name`, `vanish:name` or `grow:name`. */
  onOpen?: string;
  /** As long as this file exists, no call comes back. */
  hangWhile?: string;
}

/** Compiles efs-shim.c into `folder`. Returns undefined where there is no C compiler. */
export function compileShim(folder: string): Shim | undefined {
  const library = join(folder, 'efs-shim.so');
  const source = join(__dirname, 'efs-shim.c');
  const { status } = spawnSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, source, '-ldl'], { stdio: 'ignore' });
  return status === 0 ? new Shim(library, join(folder, 'efs-shim.counts')) : undefined;
}

/** EFS's delays, limits and counts for the programs that get its environment. */
export class Shim {
  constructor(
    private readonly library: string,
    private readonly countsFile: string,
  ) {}

  /** The environment of a program that is to feel like on EFS; its calls are counted from 0. */
  environment(settings: ShimSettings) {
    const { root, metadataMicroseconds = 0, writeMicroseconds = 0, maximumLinks = 0, isNfs41 } = settings;
    writeFileSync(this.countsFile, Buffer.alloc(40));
    return {
      LD_PRELOAD: this.library,
      EFS_SHIM_ROOT: root,
      EFS_SHIM_COUNTS: this.countsFile,
      EFS_SHIM_METADATA_MICROSECONDS: `${metadataMicroseconds}`,
      EFS_SHIM_WRITE_MICROSECONDS: `${writeMicroseconds}`,
      EFS_SHIM_MAXIMUM_LINKS: `${maximumLinks}`,
      EFS_SHIM_NFS41: isNfs41 ? '1' : '0',
      ...(settings.onOpen ? { EFS_SHIM_ON_OPEN: settings.onOpen } : {}),
      ...(settings.hangWhile ? { EFS_SHIM_HANG_WHILE: settings.hangWhile } : {}),
    };
  }

  /** What has been called since the last environment was made. */
  counts(): { metadataCalls: number; writes: number; directoryReads: number; mostAtOnce: number } {
    const counts = readFileSync(this.countsFile);
    const at = (index: number) => Number(counts.readBigUInt64LE(8 * index));
    return { metadataCalls: at(0), writes: at(1), directoryReads: at(2), mostAtOnce: at(4) };
  }
}
