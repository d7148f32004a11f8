"""Rows as a data frame of pandas or polars, whichever the caller has."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import polars


def as_pandas(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> "pandas.DataFrame":
    """Return a pandas data frame of rows that have these columns.

    Raises
    ------
    ImportError
        If pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise ImportError(f"to_pandas() needs pandas ({error}): pip install pandas") from error
    return pandas.DataFrame(rows, columns=list(columns))


def as_polars(rows: Sequence[Mapping[str, Any]]) -> "polars.DataFrame":
    """Return a polars data frame of rows that have the same columns.

    Raises
    ------
    ImportError
        If polars is not installed.
    """
    try:
        import polars
    except ImportError as error:
        raise ImportError(f"to_polars() needs polars ({error}): pip install polars") from error
    return polars.DataFrame(rows, infer_schema_length=None)
