"""Cell: one combination of levels with its runs and their figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from lenetpp.finding.recorded_runs import RecordedRun
from lenetpp.studies.estimates import Estimate
from lenetpp.studies.trainings import Training


@dataclass(frozen=True, eq=False)
class Cell:
    """One combination of levels, its runs and what was measured.

    Attributes
    ----------
    levels : mapping of str to str
        Labels by the factors' names.
    label : str
        The levels in words, joined.
    training : Training
        With the seed 1.
    runs : mapping of int to RecordedRun
        By seed.
    missing : mapping of int to str
        Why a seed has no run.
    values : mapping
        Name of a measure -> seed -> figure of the run. Figures that are missing or not finite are left out.
    layer_values : mapping
        Name of a measure by layer -> parameter -> seed -> figure.
    """

    levels: Mapping[str, str]
    label: str
    training: Training
    runs: Mapping[int, RecordedRun]
    missing: Mapping[int, str]
    values: Mapping[str, Mapping[int, float]]
    layer_values: Mapping[str, Mapping[str, Mapping[int, float]]]

    def estimate(self, measure: str, parameter: str | None = None) -> Estimate | None:
        """Return the mean over seeds with its own interval of 95 %; None where there is no figure.

        Parameters
        ----------
        measure : str
            Name in :data:`lenetpp.studies.measures.MEASURES`.
        parameter : str, optional
            Name of a parameter, for a measure by layer.
        """
        if parameter is None:
            values = self.values.get(measure, {})
        else:
            values = self.layer_values.get(measure, {}).get(parameter, {})
        return Estimate(tuple(values.values())) if values else None
