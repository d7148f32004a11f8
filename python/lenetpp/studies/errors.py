"""The error of a study's file."""


class StudyError(ValueError):
    """A study cannot be done as its file says; the message begins with the file and the path of the key."""
