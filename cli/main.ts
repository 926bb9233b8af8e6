#!/usr/bin/env node
import { version } from '../package.json';
import { give } from './command-line';
import { LOCAL_PORT } from './local';
import { parse } from './parse';

// The SDK's advice is about Node.js versions of its own future; here it would only be in the way.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** True once the reader of the output has gone, as `| head -1` does. Then the rest of it is not missed. */
let isPipeClosed = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  isPipeClosed = true;
});

void parse(process.argv.slice(2), LOCAL_PORT, version).then(async (parsed) => {
  if (!('run' in parsed)) return give(parsed);
  // Loaded only now: `--help` is answered without it.
  const { carryOut } = await import('./carry-out');
  await carryOut(parsed, () => isPipeClosed);
});
