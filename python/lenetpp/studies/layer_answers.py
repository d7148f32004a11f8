"""LayerAnswer: what the filters of one convolution of a cell's runs are like."""

from collections.abc import Mapping
from dataclasses import dataclass

from lenetpp.basics.language import say
from lenetpp.pictures.matched_filters import FilterMatch
from lenetpp.studies.cells import Cell
from lenetpp.studies.estimates import SHARE, Estimate


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
        By seed, the mean score of the best Gabor functions: 0 where noise is fitted as well, 1 is a perfect fit.
    noise_share : float or None
        Share of filters of noise, as smooth as the layer's, that are called Gabor functions.
    too_big : bool
        Whether something is left out for that reason.
    """

    cell: Cell
    layer: int
    text: str
    match: FilterMatch | None
    likeness: Mapping[tuple[int, int], float]
    gabor_shares: Mapping[int, float]
    gabor_scores: Mapping[int, float]
    noise_share: float | None
    too_big: bool

    @property
    def name(self) -> str:
        """How it is called in a sentence."""
        return say("{label}, layer {layer} ({text})", label=self.cell.label, layer=self.layer, text=self.text)

    @property
    def gabor_share(self) -> Estimate | None:
        """Mean share over the seeds, with its interval."""
        return Estimate(tuple(self.gabor_shares.values()), within=SHARE) if self.gabor_shares else None

    @property
    def gabor_score(self) -> Estimate | None:
        """Mean score over the seeds, with its interval."""
        return Estimate(tuple(self.gabor_scores.values()), within=SHARE) if self.gabor_scores else None
