"""Judgements on claims: what somebody said, and what the runs say to it.

A condition of a claim holds where the whole interval of its figure lies where the claim has it, fails where all of it
lies elsewhere, and is open where it has a part in both, or where the seeds are too few for an interval. All intervals
of a question's claims hold together; they are over seeds and test images wherever the images' part is known.

A claim is right if all its conditions hold, and wrong if one fails and none holds. It depends if some hold and some
fail. Otherwise it is not decided.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from lenetpp.basics.language import capitalized, listed, say, sentence
from lenetpp.studies.question_parts import Claim, Condition

ConditionVerdict: TypeAlias = Literal["holds", "fails", "open"]
ClaimVerdict: TypeAlias = Literal["right", "wrong", "depends", "open"]

IN_WORDS: dict[ClaimVerdict, str] = {
    "right": say("right"), "wrong": say("wrong"), "depends": say("it depends"), "open": say("not decided here"),
}  # fmt: skip
MOST_FIGURES = 3
"""In a verdict; of more their range."""


@dataclass(frozen=True)
class Figure:
    """A figure that a condition is about.

    Attributes
    ----------
    subject : str
        What it is the figure of.
    value : float
        Its best guess.
    low, high : float or None
        Where it lies, with confidence; None where nothing can be said.
    show, number : callable
        Write it with its unit and without.
    """

    subject: str
    value: float
    low: float | None
    high: float | None
    show: Callable[[float], str]
    number: Callable[[float], str]


def figure_of_ratio(subject: str, value: float, low: float | None, high: float | None) -> Figure:
    """Return how many times as much one is as another."""
    return Figure(subject, value, low, high, _times, "{:.2f}".format)


def _times(ratio: float) -> str:
    return say("{ratio} times", ratio=f"{ratio:.2f}")


@dataclass(frozen=True)
class Finding:
    """What the runs say to one condition: a verdict, a sentence, and the figure, where there is one."""

    condition: Condition
    verdict: ConditionVerdict
    sentence: str
    figure: Figure | None = None


@dataclass(frozen=True)
class Judgement:
    """What the runs say to a claim.

    Attributes
    ----------
    claim : Claim
        As in the study's file.
    verdict : {"right", "wrong", "depends", "open"}
        By the rule above.
    findings : tuple of Finding
        One for each condition.
    """

    claim: Claim
    verdict: ClaimVerdict
    findings: tuple[Finding, ...]

    @property
    def contradicts(self) -> bool:
        """Whether the claim is not simply right: the answer then says so first."""
        return self.verdict in ("wrong", "depends") and not self.claim.of_a_machine

    @property
    def words(self) -> str:
        """The verdict; of another machine's speed what is so on this one."""
        if not self.claim.of_a_machine:
            return IN_WORDS[self.verdict]
        figures = [finding.figure for finding in self.findings if finding.figure is not None]
        if len(figures) <= MOST_FIGURES:
            here = listed(map(_in_short, figures), "{first}; {rest}") if figures else say("not measured")
            return say("on this machine, today: {figures}", figures=here)
        least, most = (choose(figures, key=lambda figure: figure.value) for choose in (min, max))
        return say(
            "on this machine, today: {low} to {high}, see there",
            low=least.number(least.value), high=most.show(most.value),
        )  # fmt: skip

    @property
    def sentence(self) -> str:
        """Claim and verdict in a sentence: "The blog said that ...: wrong."."""
        known = {"source": capitalized(say(self.claim.source)), "text": say(self.claim.text)}
        return (
            say("{source} said that {text}; {words}.", words=self.words, **known)
            if self.claim.of_a_machine
            else say("{source} said that {text}: {words}.", words=self.words, **known)
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentence, and one for each condition; against another machine's speed nothing is held."""
        if self.claim.of_a_machine:
            known = {"source": capitalized(say(self.claim.source)), "text": say(self.claim.text)}
            figures = [finding.figure for finding in self.findings if finding.figure is not None]
            here = [sentence(say("on this machine, today: {figures}", figures=_in_short(each))) for each in figures]
            return (say("{source} said that {text}, on another machine.", **known), *here)
        return (self.sentence, *(finding.sentence for finding in self.findings))


def judge(claim: Claim, figure_of: Callable[[Condition], Figure | None]) -> Judgement:
    """Return the judgement on a claim.

    Parameters
    ----------
    claim : Claim
        As in the study's file.
    figure_of : callable
        Returns the figure that a condition is about; None where there is none, as without runs.
    """
    findings = tuple(_finding(condition, figure_of(condition)) for condition in claim.conditions)
    return Judgement(claim, _verdict([finding.verdict for finding in findings]), findings)


def _finding(condition: Condition, figure: Figure | None) -> Finding:
    if figure is None:
        return Finding(condition, "open", say("There is no figure for it."))
    least = -math.inf if condition.at_least is None else condition.at_least
    most = math.inf if condition.at_most is None else condition.at_most
    subject = capitalized(figure.subject)
    bounds = []
    if condition.at_least is not None:
        bounds.append(say("at least {figure}", figure=figure.show(condition.at_least)))
    if condition.at_most is not None:
        bounds.append(say("at most {figure}", figure=figure.show(condition.at_most)))
    claimed = listed(bounds, "{first} and {rest}")
    if figure.low is None or figure.high is None:
        return Finding(
            condition,
            "open",
            say("{in_short}; claimed: {claimed}.", in_short=_in_short(figure, subject), claimed=claimed),
            figure,
        )
    verdict: ConditionVerdict = "open"
    if least <= figure.low and figure.high <= most:
        verdict = "holds"
    elif figure.high < least or figure.low > most:
        verdict = "fails"
    return Finding(
        condition,
        verdict,
        say("{in_short}; claimed: {claimed}.", in_short=_in_short(figure, subject), claimed=claimed),
        figure,
    )


def _in_short(figure: Figure, subject: str = "") -> str:
    """Return "B against A: +5.15 points (4.67 to 5.63)"."""
    words = say("{subject}: {figure}", subject=subject or figure.subject, figure=figure.show(figure.value))
    if figure.low is None or figure.high is None:
        return say("{words}, too few seeds for a verdict", words=words)
    return say("{words} ({low} to {high})", words=words, low=figure.number(figure.low), high=figure.number(figure.high))


def _verdict(verdicts: Sequence[ConditionVerdict]) -> ClaimVerdict:
    found = set(verdicts)
    if found == {"holds"}:
        return "right"
    if {"holds", "fails"} <= found:
        return "depends"
    return "wrong" if "fails" in found else "open"


def contradictions_first(judgements: Sequence[Judgement]) -> tuple[list[str], list[str]]:
    """Return the sentences of the claims that are contradicted, which an answer begins with, and of the others."""
    first = [sentence for each in judgements if each.contradicts for sentence in each.sentences]
    return first, [sentence for each in judgements if not each.contradicts for sentence in each.sentences]
