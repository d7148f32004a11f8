"""What the filters of a cell's runs are like: whether the seeds find the same ones, and how Gabor-like they are."""

from collections.abc import Mapping
from dataclasses import dataclass

from lenetpp.pictures.filter_matching import FilterMatch
from lenetpp.studies.cells import Cell
from lenetpp.studies.estimates import Estimate
from lenetpp.studies.study_file import FilterQuestion


@dataclass(frozen=True, eq=False)
class LayerAnswer:
    """What the filters of one convolution of a cell's runs are like.

    Attributes
    ----------
    cell : Cell
        Whose runs.
    layer : int
        Index in the network.
    text : str
        The layer as the network's text has it.
    match : FilterMatch or None
        The filters of all seeds, matched; has ``likeness`` and ``random_likeness``. None with a single run, or where
        the layer is too big for it.
    likeness : mapping of (int, int) to float
        How alike the filters of two seeds are, in [0, 1], for every pair; empty where there is no match.
    gabor_shares : mapping of int to float
        By seed, the share of filters that are called Gabor functions; empty where the layer is too big for it, or its
        filters too small.
    gabor_scores : mapping of int to float
        By seed, the mean score of the best Gabor function: 0 is what 99 of 100 filters of noise stay below, 1 a
        perfect fit.
    sentence : str
        All this in words.
    """

    cell: Cell
    layer: int
    text: str
    match: FilterMatch | None
    likeness: Mapping[tuple[int, int], float]
    gabor_shares: Mapping[int, float]
    gabor_scores: Mapping[int, float]
    sentence: str

    @property
    def gabor_share(self) -> Estimate | None:
        """Mean share over the seeds, with its interval."""
        return Estimate(tuple(self.gabor_shares.values())) if self.gabor_shares else None

    @property
    def gabor_score(self) -> Estimate | None:
        """Mean score over the seeds, with its interval."""
        return Estimate(tuple(self.gabor_scores.values())) if self.gabor_scores else None


@dataclass(frozen=True, eq=False)
class FilterAnswer:
    """The answer to a question about filters; attributes as of :class:`lenetpp.studies.comparison_answers.Answer`.

    Attributes
    ----------
    layers : tuple of LayerAnswer
        For each cell, its convolutions in order.
    """

    name: str
    title: str
    text: str
    question: FilterQuestion
    cells: tuple[Cell, ...]
    layers: tuple[LayerAnswer, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
