import { existsSync } from 'node:fs';

/** A browser of this machine, as Debian and Google install it; undefined where there is none. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
