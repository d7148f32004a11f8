"""The errors of a study."""


class StudyError(ValueError):
    """A study cannot be done as its file says; the message begins with the file and the path of the key."""


class StudyInterrupted(KeyboardInterrupt):
    """Ctrl-C stopped a study; the message says how many of its runs are done, which the next call goes on from."""
