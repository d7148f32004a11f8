"""Shares in per cent, written in one way everywhere: "87.15 %"."""


def percent(share: float, decimals: int = 2) -> str:
    """Write a share.

    Examples
    --------
    >>> percent(0.8715), percent(0.8715, 0)
    ('87.15 %', '87 %')
    """
    return f"{percent_number(share, decimals)} %"


def short_percent(share: float) -> str:
    """Write a share with the three digits that count, however small it is.

    Examples
    --------
    >>> short_percent(0.875), short_percent(0.0000123456)
    ('87.5 %', '0.00123 %')
    """
    return f"{100 * share:.3g} %"


def in_percent(share: float) -> float:
    """Return a share in per cent, or a difference of shares in points, as charts draw it."""
    return 100 * share


def percent_number(share: float, decimals: int = 2) -> str:
    """Write a share in per cent, or a difference of shares in points, without its unit.

    Examples
    --------
    >>> percent_number(0.8715)
    '87.15'
    """
    return f"{100 * share:z.{decimals}f}"
