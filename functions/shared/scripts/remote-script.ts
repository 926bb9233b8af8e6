/** A script in S3 that an instance fetches and runs, as inputs have it. */
interface RemoteScript {
  SourceS3Path: string;
  CommandToRun: string;
  WorkingDirectory?: string | undefined;
  ExecutionTimeoutInSeconds: number;
}

/** AWS's document that runs it. */
export const REMOTE_SCRIPT_DOCUMENT = 'AWS-RunRemoteScript';

/** What the document is given. SSM answers with the same when it lists a command. */
export function remoteScriptParameters(script: RemoteScript): Record<string, string[]> {
  return {
    sourceType: ['S3'],
    sourceInfo: [JSON.stringify({ path: script.SourceS3Path })],
    commandLine: [script.CommandToRun],
    workingDirectory: [script.WorkingDirectory ?? ''],
    executionTimeout: [String(script.ExecutionTimeoutInSeconds)],
  };
}
