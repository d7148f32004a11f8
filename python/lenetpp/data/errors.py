"""What this package raises, and what it warns of."""


class DataError(ValueError):
    """Data that cannot be used as they are; the message names the file or the argument and says what to do."""


class DataWarning(UserWarning):
    """Data that can be used, but are probably not what was meant.

    ``warnings.simplefilter("ignore", lenetpp.DataWarning)`` silences them all, and ``"error"`` instead of ``"ignore"``
    makes them errors.
    """


class UnreadablePicture(DataError):  # noqa: N818  (what it says is what is wrong with one file)
    """One file cannot be read as a picture, which says nothing about others."""
