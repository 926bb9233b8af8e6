"""Whether a copy is implausible: it has lost more than a bound of what the last good one had."""

# Missing or vanished files: more than this share, and at least this many.
MOST_LOST_SHARE, LEAST_LOST_FILES = 0.05, 100
# Missing bytes: more than the share and at least this many; or more than this share of however many.
LEAST_LOST_BYTES, LARGE_SHARE = 100 * 2 ** 20, 0.5


def suspicions(new, last, vanished, limits=None):
    """
    What is implausible about a copy, as texts; nothing if it is plausible. `new` and `last` have its files and bytes and
    those of the last good copy, or None for a first copy. `vanished`: entries that were gone when they were to be read.
    `limits`: share and files of the request, instead of the defaults.
    """
    limits = limits or {}
    share, files = limits.get('share', MOST_LOST_SHARE), limits.get('files', LEAST_LOST_FILES)
    found = []
    if vanished >= files and vanished > share * (new['files'] + vanished):
        found.append('{} entries vanished while it was written, {} files are in it'.format(vanished, new['files']))
    if last is None:
        return found + (['it is the first of its source and has no file'] if new['files'] == 0 else [])
    files_key, bytes_key = _keys(last)
    lost = last[files_key] - new[files_key]
    if new['files'] == 0 and last['files'] > 0:
        found.append('it is empty, the last good copy has {} files'.format(last['files']))
    elif lost >= files and lost > share * last[files_key]:
        found.append('it has {} files, the last good copy has {}'.format(new['files'], last['files']))
    lost = last[bytes_key] - new[bytes_key]
    is_large_loss = lost > LARGE_SHARE * last[bytes_key] and last[files_key] >= files
    if lost > share * last[bytes_key] and (lost >= LEAST_LOST_BYTES or is_large_loss):
        found.append('it has {} bytes, the last good copy has {}'.format(new['bytes'], last['bytes']))
    return found


def _keys(last):
    """What is compared: a file of several names counts once, where the last copy was counted so."""
    return ('distinctFiles', 'distinctBytes') if 'distinctFiles' in last else ('files', 'bytes')
