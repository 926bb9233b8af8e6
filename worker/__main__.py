"""The worker of the EFS-to-EFS workflow: `python3 efs-to-efs-worker.pyz <request, base64 of JSON>`."""
import os
import signal
import sys

# Until there is somewhere to note it, a signal waits: a run that is stopped in its first instant reports too.
signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))

# Names of files are bytes. Python reads them as UTF-8 with escapes for the rest, if that is set.
if sys.flags.utf8_mode == 0 and sys.getfilesystemencoding().lower() != 'utf-8':
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, 'PYTHONUTF8': '1'})

import argparse  # noqa: E402

from run import main  # noqa: E402

if __name__ == '__main__':
    parser = argparse.ArgumentParser(prog='efs-to-efs-worker')
    parser.add_argument('request', help='base64 of the JSON request')
    parser.add_argument('--root', help='plain directories DIRECTORY/<fileSystemId> instead of mounts and AWS')
    parser.add_argument('--state', help='where mounts, logs and the lock are, instead of /var/lib/efs-to-efs')
    arguments = parser.parse_args()
    sys.exit(main(arguments.request, arguments.root, arguments.state))
