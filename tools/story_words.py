"""The words of each language that stories put around numbers."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

ONE_POINT = 0.01
SMALL = 0.1
"""Ratios below it are written as fractions."""
TO = "\uff5e"
"""Between the ends of an interval in Japanese."""


class Words(ABC):
    """How a language writes shares, verdicts, effects and counts."""

    percent: str
    verdicts: Mapping[str, str]

    @abstractmethod
    def effect(self, difference: float, low: float | None, high: float | None) -> str:
        """Return a difference of shares with its interval, or that it is undecided: for a sentence that goes on so."""

    @abstractmethod
    def part(self, ratio: float) -> str:
        """Return "1/2,000 of", or "2.8 times" where it is no small part."""

    @abstractmethod
    def of_all(self, count: int, total: int, unit: str = "") -> str:
        """Return "3 of 10", and all and none in words; `unit` is what Japanese counts with."""


class _English(Words):
    percent = "{} %"
    verdicts = {  # noqa: RUF012
        "right": "right", "wrong": "wrong", "depends": "depends", "open": "undecided",
        "measured": "on this machine, today", "not asked": "not asked",
    }  # fmt: skip

    def effect(self, difference: float, low: float | None, high: float | None) -> str:
        number = _points(difference)
        size = f"{number(abs(difference))} points {'more' if difference > 0 else 'less'}"
        if low is None or high is None:
            return f"undecided, as the trainings are too few: {size}"
        sign = 1 if difference > 0 else -1
        ends = " to ".join(map(number, sorted((sign * low, sign * high))))
        if low < 0 < high:
            ends = f"{number(-low)} less to {number(high)} more"
        return f"undecided, {size} ({ends})" if low <= 0 <= high else f"{size} ({ends})"

    def part(self, ratio: float) -> str:
        return f"{ratio:.2g} times" if ratio >= SMALL else f"1/{_inverse(ratio)} of"

    def of_all(self, count: int, total: int, unit: str = "") -> str:  # noqa: ARG002
        return f"all {total}" if count == total else f"{count or 'none'} of {total}"


class _Japanese(Words):
    percent = "{}%"
    verdicts = {  # noqa: RUF012
        "right": "正しい", "wrong": "誤り", "depends": "条件による", "open": "未決",
        "measured": "このマシンで今日測ると", "not asked": "対象外",
    }  # fmt: skip

    def effect(self, difference: float, low: float | None, high: float | None) -> str:
        number = _points(difference)
        size = f"差は{'+' if difference > 0 else ''}{number(difference)}ポイント"
        if low is None or high is None:
            return f"{size}で、学習の回数が少なく未決"
        return f"{size}({number(low)}{TO}{number(high)})" + ("で、未決" if low <= 0 <= high else "")

    def part(self, ratio: float) -> str:
        return f"{ratio:.2g}倍" if ratio >= SMALL else f"{_inverse(ratio)}分の1"

    def of_all(self, count: int, total: int, unit: str = "") -> str:
        return f"{total}{unit}すべて" if count == total else f"{total}{unit}のうち{count}{unit}"


def _inverse(ratio: float) -> str:
    """Return one divided by it, with two digits that count."""
    return f"{float(f'{1 / ratio:.2g}'):,.0f}"


def _points(difference: float) -> Callable[[float], str]:
    """Return what writes a difference and its interval in points: with two decimals where it is below one."""
    decimals = 1 if abs(difference) >= ONE_POINT else 2
    return lambda share: f"{100 * share:.{decimals}f}"


WORDS: Mapping[str, Words] = {"en": _English(), "ja": _Japanese()}
