"""The worker of the EFS-to-EFS workflow: `python3 efs-to-efs-worker.pyz <request, base64 of JSON>`."""
import os
import signal
import sys

USAGE = """usage: efs-to-efs-worker REQUEST [--root DIRECTORY] [--state DIRECTORY]
  REQUEST   base64 of the JSON request
  --root    plain directories DIRECTORY/<fileSystemId> instead of mounts and AWS
  --state   where mounts, logs and the lock are, instead of /var/lib/efs-to-efs"""

# Until there is somewhere to note it, a signal waits: a run that is stopped in its first instant reports too.
signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))

# Names of files are bytes. Python reads them as UTF-8 with escapes for the rest, if that is set.
if sys.flags.utf8_mode == 0 and sys.getfilesystemencoding().lower() != 'utf-8':
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, 'PYTHONUTF8': '1'})

import getopt  # noqa: E402

from run import main  # noqa: E402

if __name__ == '__main__':
    # Not argparse, which takes as long to load as a quarter of the worker.
    try:
        options, arguments = getopt.gnu_getopt(sys.argv[1:], '', ['root=', 'state='])
        (request,), options = arguments, dict(options)
    except (getopt.GetoptError, ValueError):
        sys.exit(USAGE)
    sys.exit(main(request, options.get('--root'), options.get('--state')))
