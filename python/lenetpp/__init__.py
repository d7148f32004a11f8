"""Train and understand small convolutional networks on a CPU, fast and with the same bits everywhere.

>>> import lenetpp as lp
>>> data = lp.load_data()  # 5,000 training and 1,000 test images of Fashion-MNIST, part of the package
>>> net = lp.network("lenet5")
>>> run = lp.train(net, data, settings=lp.recipe("lenet5", data))  # doctest: +SKIP
>>> run.test_accuracy, run.digest, run.folder  # doctest: +SKIP
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from lenetpp._core import ModelFileError, ParseError
from lenetpp._core import version as _version
from lenetpp.basics.extras import needed_for
from lenetpp.data import (
    DataError,
    Dataset,
    DataWarning,
    available_data,
    fetch_data,
    load_data,
    per_plane_statistics,
    read_images,
)
from lenetpp.health import Finding, diagnose
from lenetpp.networks import layers
from lenetpp.networks.evaluation import evaluate
from lenetpp.networks.inner_outputs import layer_outputs, pool_winners
from lenetpp.networks.layers import *  # noqa: F403  (the kinds of layers are listed there)
from lenetpp.networks.measurement import Evaluation
from lenetpp.networks.named_networks import network, recipe
from lenetpp.networks.network import Network
from lenetpp.networks.network_history import NAMED_NETWORKS
from lenetpp.networks.residual import Residual
from lenetpp.pictures.compared_runs import ComparedRuns, compare
from lenetpp.pictures.matched_filters import match_filters
from lenetpp.records.conditions import ConditionError
from lenetpp.records.deleting import delete
from lenetpp.records.epochs import EpochRecord
from lenetpp.records.history import History
from lenetpp.records.labelling import label
from lenetpp.records.labels import Label
from lenetpp.records.run_files import RecordError
from lenetpp.records.run_table import RunTable, runs
from lenetpp.settings.training_settings import TrainingSettings
from lenetpp.studies.errors import StudyError, StudyInterrupted
from lenetpp.training.errors import RecordingFailed, TrainingDiverged, TrainingInterrupted
from lenetpp.training.frozen_recipes import FrozenRecipe, frozen_recipe, frozen_recipes
from lenetpp.training.replay_differences import Difference
from lenetpp.training.replaying import Replay, replay
from lenetpp.training.resuming import resume
from lenetpp.training.run import Run
from lenetpp.training.train import train

if TYPE_CHECKING:
    from lenetpp.studies.result import StudyResult as StudyResult
    from lenetpp.studies.study import study as study
    from lenetpp.training.estimator import LeNetClassifier as LeNetClassifier

__version__ = _version()

__all__ = [
    "NAMED_NETWORKS",
    "ComparedRuns",
    "ConditionError",
    "DataError",
    "DataWarning",
    "Dataset",
    "Difference",
    "EpochRecord",
    "Evaluation",
    "Finding",
    "FrozenRecipe",
    "History",
    "Label",
    "ModelFileError",
    "Network",
    "ParseError",
    "RecordError",
    "RecordingFailed",
    "Replay",
    "Residual",
    "Run",
    "RunTable",
    "StudyError",
    "StudyInterrupted",
    "StudyResult",
    "TrainingDiverged",
    "TrainingInterrupted",
    "TrainingSettings",
    "available_data",
    "compare",
    "delete",
    "diagnose",
    "evaluate",
    "fetch_data",
    "frozen_recipe",
    "frozen_recipes",
    "label",
    "layer_outputs",
    "load_data",
    "match_filters",
    "network",
    "per_plane_statistics",
    "pool_winners",
    "read_images",
    "recipe",
    "replay",
    "resume",
    "runs",
    "study",
    "train",
]
__all__ += layers.__all__

# What an extra brings is listed where its packages are: a name that cannot be had would break ``import *``.
if find_spec("sklearn"):
    __all__ += ["LeNetClassifier"]


def __dir__() -> list[str]:
    """List what the package offers: no modules, which come with it."""
    return sorted([*__all__, "__all__", "__doc__", "__file__", "__name__", "__path__", "__version__"])


def __getattr__(name: str) -> object:
    """Import what needs much only when it is asked for."""
    if name == "LeNetClassifier":
        with needed_for("LeNetClassifier", "sklearn"):
            from lenetpp.training.estimator import LeNetClassifier
        return LeNetClassifier
    if name == "study":
        from lenetpp.studies.study import study

        return study
    if name == "StudyResult":
        from lenetpp.studies.result import StudyResult

        return StudyResult
    raise AttributeError(f"module 'lenetpp' has no attribute {name!r}")
