"""The one error of this package."""


class DataError(ValueError):
    """Data that cannot be used as they are; the message names the file or the argument and says what to do."""
