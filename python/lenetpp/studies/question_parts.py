"""What the questions of a study's file say about single cells: figures of others, goals, claims, a headline."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
"""Of every table of the file: unknown keys are errors."""


class Part(BaseModel):
    """A table of a question."""

    model_config = STRICT


class Published(Part):
    """A figure that somebody else published for one cell of a comparison.

    Attributes
    ----------
    where : dict
        The cell: a level for each factor.
    value : float
        In the unit of the question's first measure.
    source : str
        Who published it.
    figure : str
        What it is, which decides what it is held against: ``one training`` against what a single training here is
        likely to reach, ``best of several`` against the same from above, a ``mean`` against the interval of ours.
    """

    where: dict[str, str]
    value: float
    source: str
    figure: Literal["one training", "best of several", "mean"] = "one training"


class Goal(Part):
    """What a cell's mean is meant to reach."""

    where: dict[str, str]
    at_least: float


FILTER_MEASURES = ("likeness", "gabor_share", "gabor_score")
"""What a claim about filters may be about."""


STEPS = ("step", "image")
"""What a claim about steps may be about: the time of a step, or of an image, as of an epoch of them."""


class Elsewhere(Part):
    """Further cells: those of another question that have some levels, or of all its cells."""

    question: str
    where: dict[str, str] = {}


class Condition(Part):
    """What has to be so if a claim is right: where a figure lies.

    Attributes
    ----------
    question : str or None
        The comparison whose cells it names; by default the claim's own.
    where : dict
        The cell whose figure it is; of a benchmark's steps ``instructions``, ``numbers`` and ``batch``. With `best`
        some levels, or none: all cells that have them.
    also : list of Elsewhere
        With `best`, further cells among whose runs the best one may be.
    against : dict or None
        Another cell: the figure is then the difference of the two, paired by seed.
    measure : str or None
        One of the question's metrics, by default the first; of filters ``likeness``, ``gabor_share`` or
        ``gabor_score``; of a benchmark's steps ``step`` or ``image``, whose time it is, as a ratio.
    trend : str or None
        A factor with levels that are numbers: the figure is the trend over them, see ``effects``, without `where`. With
        ``where`` and ``against``, of two levels of what is compared, it is how much their difference grows along it.
    layer : int or None
        Of filters: the convolution's index; by default the first one.
    rung : str or None
        Of a benchmark: the trick, whose figure is how many times as fast the program became by it; by default all.
    up_to : str or None
        Of a benchmark: the last of the tricks that count, all of those before it with it.
    build : str or None
        Of a benchmark: how the rungs were compiled; by default as most of them were, or of all the fastest.
    times : bool
        Whether the figure is the ratio of the two cells instead of their difference.
    best : bool
        Whether the figure is that of the best run rather than the mean over the seeds.
    at_least, at_most : float or None
        Where it lies: one of them at least is given.
    """

    question: str | None = None
    where: dict[str, str] = {}
    also: list[Elsewhere] = []
    against: dict[str, str] | None = None
    measure: str | None = None
    trend: str | None = None
    layer: int | None = None
    rung: str | None = None
    up_to: str | None = None
    build: str | None = None
    times: bool = False
    best: bool = False
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("it needs at_least or at_most, or nothing could speak against the claim")
        if self.times and self.against is None:
            raise ValueError("times needs against: how many times as much as what?")
        if self.best and self.against is not None:
            raise ValueError("best is about the runs of one cell or more, so that there is no against")
        if self.also and not self.best:
            raise ValueError("also is for best: a mean is that of one cell")
        if self.trend is not None and bool(self.where) != (self.against is not None):
            raise ValueError("a trend has neither where nor against, or both: how their difference grows along it")
        return self


class Claim(Part):
    """What somebody said, and the conditions under which it is right.

    Attributes
    ----------
    text : str
        A clause that goes on from "the blog said that".
    source : str
        Who said it.
    conditions : list of Condition
        All of them have to hold.
    of_a_machine : bool
        Whether it is about the speed of its author's program on his machine, which no other machine can judge: beside
        it stands what is so on this one.
    """

    text: str
    source: str
    of_a_machine: bool = False
    conditions: Annotated[list[Condition], Field(min_length=1)]


class Post(Part):
    """What a study is about, where that was published.

    Attributes
    ----------
    title, author, where, date : str
        Its title, who wrote it, where it can be found and when it was published.
    address : str
        Of the site.
    source : str
        What the claims call it.
    not_asked : list of str
        What it says in addition to the claims of the questions, as clauses that go on from "it was said that".
    """

    title: str
    author: str
    where: str
    date: str
    address: Annotated[str, Field(pattern="^https://")]
    source: str
    not_asked: list[str] = []


class Headline(Part):
    """What the first sentence of the answer is about: two cells, two figures of one, or how many runs reach a figure.

    Alone, `asks` can be about all cells: whether the effect of one factor depends on another.

    Attributes
    ----------
    where : dict
        The cell.
    against : dict or None
        The other one.
    at_least : float or None
        The figure, in the place of another cell.
    beside : str or None
        Another of the question's metrics, of the same cell, in the place of another cell.
    says : str or None
        The sentence with `beside`: ``{figure}`` is the first metric's, ``{its}`` the other one's.
    one, other : str or None
        What the cells are called there, by default as everywhere.
    asks : str or None
        What the question's title asks, where yes or no is an answer: whether the first cell is ``better``, or whether
        the two are ``different``; with `at_least`, whether any run has ``reached`` it; alone, whether what is compared
        ``depends`` on the other factors.
    """

    where: dict[str, str] = {}
    against: dict[str, str] | None = None
    at_least: float | None = None
    beside: str | None = None
    says: str | None = None
    one: str | None = None
    other: str | None = None
    asks: Literal["better", "different", "reached", "depends"] | None = None

    @model_validator(mode="after")
    def _is_about_one_thing(self) -> Self:
        if self.asks == "depends":
            if self.model_fields_set - {"asks"}:
                raise ValueError('asks = "depends" is about all cells, and stands alone')
            return self
        if not self.where:
            raise ValueError('it needs where, the cell that the first sentence is about, or asks = "depends" alone')
        if sum(about is not None for about in (self.against, self.at_least, self.beside)) != 1:
            raise ValueError("it needs either against, at_least or beside")
        if (self.says is None) != (self.beside is None):
            raise ValueError("beside needs says, the sentence with both figures, and says needs beside")
        if self.says is not None and not ("{figure}" in self.says and "{its}" in self.says):
            raise ValueError("says must have {figure} and {its}, where the two figures stand")
        if (self.asks == "reached") != (self.at_least is not None) and self.asks is not None:
            raise ValueError(f'asks is "reached" with at_least, and only then, but here it is {self.asks!r}')
        return self
