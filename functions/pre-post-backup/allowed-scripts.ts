import { objectOf } from '../shared/scripts/script-address';
import type { Settings } from './input';

/** `s3://BUCKET/PREFIX`, from the parameter AllowedScriptLocations; none allows every place. */
const ALLOWED = (process.env.ALLOWED_SCRIPT_LOCATIONS ?? '').split(',').filter(Boolean);
/** A file and plain arguments: nothing that a shell, or PowerShell, reads as another command. */
const PLAIN_COMMAND = /^(?:\.[/\\])?[\w.-]+(?: +[\w@%+=:,./\\-]+)*$/;

/**
 * Why the scripts of an input may not run, where the stack limits their places. The command is limited with them: behind a
 * `;` it could run anything. A problem for each, with its key.
 */
export function forbiddenScripts({
  RemoteRunCommandDetails = {},
}: Pick<Settings, 'RemoteRunCommandDetails'>): string[] {
  if (ALLOWED.length === 0) return [];
  return Object.entries(RemoteRunCommandDetails).flatMap(([key, script]) => {
    if (!script) return [];
    const { SourceS3Path, CommandToRun } = script;
    const path = `RemoteRunCommandDetails.${key}`;
    return [
      ...(isAllowed(SourceS3Path)
        ? []
        : [
            `${path}.SourceS3Path: this stack runs scripts from ${ALLOWED.join(', ')} only (parameter AllowedScriptLocations)`,
          ]),
      ...(PLAIN_COMMAND.test(CommandToRun)
        ? []
        : [`${path}.CommandToRun: must be the script's file and plain arguments, as this stack limits its scripts`]),
    ];
  });
}

function isAllowed(address: string): boolean {
  const script = objectOf(address);
  // A program that reads the key as a path takes a segment of dots for another key.
  if (!script || script.key.split('/').some((segment) => /^\.+$/.test(segment))) return false;
  return ALLOWED.some((location) => {
    const [bucket, ...prefix] = location.replace(/^s3:\/\//, '').split('/');
    const folder = prefix.filter(Boolean).join('/');
    return bucket === script.bucket && (folder === '' || script.key === folder || script.key.startsWith(`${folder}/`));
  });
}
