"""How a run ends early. Every reason is a name that the orchestrator, the notification and docs/efs-to-efs.md share."""


class WorkerError(Exception):
    """The run failed. `reason` is one of the names in docs/efs-to-efs.md."""

    def __init__(self, reason, message):
        super().__init__(message)
        self.reason = reason
        self.message = message


class InvalidRequest(WorkerError):
    """The request can never work: everything that is wrong with it, found before anything was touched."""

    def __init__(self, problems):
        super().__init__('InvalidRequest', ' '.join(problems))


class Stopped(Exception):
    """The run was asked to stop, or its window ends. What it has done is kept, and the next run resumes it."""


class Changed(Exception):
    """A file is something else than it was when it was described: it has to be described again."""


class Unwritable(Exception):
    """A call on the destination failed. `error` is what the operating system said."""

    def __init__(self, error):
        super().__init__(str(error))
        self.error = error
