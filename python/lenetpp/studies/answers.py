"""Answers: what the runs of a study say to its questions."""

from lenetpp.studies.benchmark_answers import BenchmarkAnswer
from lenetpp.studies.cells import Cell
from lenetpp.studies.comparison_answers import Answer, Difference
from lenetpp.studies.filter_answers import FilterAnswer, LayerAnswer

__all__ = ["Answer", "BenchmarkAnswer", "Cell", "Difference", "FilterAnswer", "LayerAnswer"]
