"""What a backup says of the next one: how the source grows, and how long the next run will take."""


def growth(facts, last):
    """How many files and bytes more than the last good copy a copy has; None for a first copy."""
    return {name: facts[name] - last[name] for name in ('files', 'bytes')} if last else None


def next_run_seconds(facts, last, seconds, is_resumed):
    """
    How long the next run will take: as long as this one, and longer by what the source has grown. A first copy and a
    resumed one are no measure: then what the last copy's run took (`seconds` of its facts) is; None if that is not known.
    """
    if not last:
        return None
    typical = last.get('seconds') if is_resumed else seconds
    return None if typical is None else round(typical * max(1.0, facts['files'] / max(1, last['files'])))
