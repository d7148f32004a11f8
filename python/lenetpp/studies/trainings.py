"""From settings by name to what is trained: data, network, training settings."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from lenetpp.basics.suggestions import did_you_mean
from lenetpp.data.choice import DataChoice
from lenetpp.data.errors import DataError
from lenetpp.data.picture_fit import checked_fit, checked_size
from lenetpp.data.places import EMBEDDED_NAME
from lenetpp.data.selection import check_share, check_split_seed
from lenetpp.networks.evaluation import check_fit
from lenetpp.networks.network import Network
from lenetpp.networks.network_history import NAMED_NETWORKS
from lenetpp.networks.network_structure import DataType
from lenetpp.records.run_keys import keys_by_seed, run_key
from lenetpp.settings.names import meant_name
from lenetpp.settings.training_settings import TrainingSettings
from lenetpp.studies.errors import StudyError
from lenetpp.training.frozen_recipes import frozen_recipes
from lenetpp.training.preparation import check_data
from lenetpp.training.start import find_start

if TYPE_CHECKING:
    from lenetpp.data import Dataset

ALL = "all"
"""Instead of a count, which a question may have to take back from the study's base."""
COUNTS = ("train_per_class", "test_per_class", "validation_per_class")
SHARES = ("validation", "test", "split_seed")
"""What is set apart of the training images, and by which draw; a share of 0 takes back that of the base."""
DATA_SETTINGS = ("data", "classes", *COUNTS, *SHARES, "size", "fit")
NETWORK_SETTINGS = ("network", "recipe", "dtype")
TRAINING_SETTINGS = tuple(field.name for field in fields(TrainingSettings) if field.name != "seed")
SETTINGS = (*DATA_SETTINGS, *NETWORK_SETTINGS, *TRAINING_SETTINGS)
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Training:
    """Everything that decides the bits of one run. It can be sent to another process.

    Attributes
    ----------
    data : DataChoice
        The data.
    data_digest : str
        Of these data.
    network : str
        Canonical text.
    dtype : str
        Of the network's parameters.
    settings : TrainingSettings
        With the seed.
    images : int
        Of an epoch, which tell how long it will take.
    """

    data: DataChoice
    data_digest: str
    network: str
    dtype: DataType
    settings: TrainingSettings
    images: int

    def with_seed(self, seed: int) -> "Training":
        """Return the same training with another seed."""
        return replace(self, settings=replace(self.settings, seed=seed))

    def alone(self) -> "SeededTraining":
        """Return this training with its seed."""
        return SeededTraining(self, (self.settings.seed,))

    @property
    def key(self) -> str:
        """Of every run that this training can be; see :func:`lenetpp.records.run_keys.run_key`."""
        return run_key(self.network, self.dtype, self.settings.as_dict(), self.data_digest)

    def untrained(self) -> Network:
        """Return a new network without weights."""
        parsed = Network.parse(self.network)
        return parsed if self.dtype == "float32" else parsed.astype(self.dtype)


@dataclass(frozen=True)
class SeededTraining:
    """A training with each of some seeds: a million of them take no room before they are asked for.

    Attributes
    ----------
    training : Training
        With any seed.
    seeds : sequence of int
        All different.
    """

    training: Training
    seeds: Sequence[int]

    def key_of(self) -> Callable[[int], str]:
        """Return the function from a seed to the key of its runs."""
        each = self.training
        return keys_by_seed(each.network, each.dtype, each.settings.as_dict(), each.data_digest)


def merged(layers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return settings by name; each layer has precedence over those before it.

    A frozen recipe brings its network: it replaces what a layer before said, unless its own layer names another one.
    """
    settings: dict[str, Any] = {}
    for layer in layers:
        if str(layer.get("recipe")) in frozen_recipes():
            settings.pop("network", None)
        settings |= layer
    return settings


def make_training(settings: Mapping[str, Any], load: Callable[[DataChoice], "Dataset"]) -> Training:
    """Return the training that settings describe, with the seed 1.

    Parameters
    ----------
    settings : mapping
        Values by name, as a study's file gives them, merged.
    load : callable
        Loads data: a named network takes its input shape and its classes from them.

    Raises
    ------
    StudyError
        If a name is unknown, or a value is not what it should be; the message begins with the setting's name.
    """
    recipe = None if settings.get("recipe") is None else str(settings["recipe"])
    recipes = (*NAMED_NETWORKS, *frozen_recipes())
    text = _text(settings, "network")
    placeholders = [] if text is None else PLACEHOLDER.findall(text)
    for problem in unknown_settings(settings, text):
        raise StudyError(problem)
    if recipe not in (None, *recipes):
        hint = did_you_mean(str(recipe), recipes)
        raise StudyError(f"recipe: there is no recipe {recipe!r}{hint}; the names are {', '.join(recipes)}")
    data = _data_choice(settings)
    dataset = load(data)
    if len(dataset.test_images) == 0:
        raise StudyError(f"data: a study compares networks by test images, but {data.source} has no test part")
    try:
        start = find_start(dataset, text and _filled(text, placeholders, settings), recipe)
        check_fit(start.network, dataset)
    except ValueError as error:
        raise StudyError(f"network: {error}") from error
    given = {name: value for name, value in settings.items() if name in TRAINING_SETTINGS}
    try:
        checked = start.changed({**given, "seed": 1})
        check_data(dataset, checked)
    except ValueError as error:  # begins with the setting's name
        raise StudyError(str(error)) from error
    return Training(data, dataset.digest, str(start.network), _dtype(settings), checked, len(dataset.train_images))


def further_mistakes(
    settings: Mapping[str, Any], error: Exception, load: Callable[[DataChoice], "Dataset"]
) -> Iterator[StudyError | DataError]:
    """Find what else :func:`make_training` raises without the setting that an error of it names, and so on.

    Without data nothing more is said, as most other settings depend on them.
    """
    name = str(error).partition(":")[0]
    if name not in settings or name == "data":
        return
    without = {name, *PLACEHOLDER.findall(str(settings["network"]))} if name == "network" else {name}
    settings = {name: value for name, value in settings.items() if name not in without}
    try:
        make_training(settings, load)
    except (StudyError, DataError) as further:
        yield further
        yield from further_mistakes(settings, further, load)


def unknown_settings(settings: Mapping[str, Any], text: str | None) -> Iterator[str]:
    """Find settings that there are not, nor are filled into the network's text: each problem begins with the name."""
    placeholders = [] if text is None else PLACEHOLDER.findall(text)
    for name in settings:
        if name == "seed":
            yield "seed: every cell is trained with the seeds of its question; give seeds there"
        elif name not in SETTINGS and name not in placeholders:
            meant = meant_name(name, [*SETTINGS, *(f"{{{each}}}" for each in placeholders)])
            groups = f"of data ({', '.join(DATA_SETTINGS)}), of the network ({', '.join(NETWORK_SETTINGS)})"
            there_are = f": neither {groups} or of training, nor a {{{name}}} in the network's text"
            yield f"{name}: there is no such setting{f' (did you mean {meant}?)' if meant else there_are}"


def _data_choice(settings: Mapping[str, Any]) -> DataChoice:
    classes = settings.get("classes")
    if classes is not None and not isinstance(classes, list):
        raise StudyError(f"classes: it must be a list of names, but is {classes!r}")
    counts = {}
    for name in COUNTS:
        value = settings.get(name, ALL)
        if value != ALL and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise StudyError(f'{name}: it must be "{ALL}" or a whole number of at least 1, but is {value!r}')
        counts[name] = None if value == ALL else value
    source, fit = (_text(settings, name) for name in ("data", "fit"))
    shares = {name: settings.get(name) for name in SHARES}
    try:
        for name in ("validation", "test"):
            check_share(shares[name], name)
        if shares["split_seed"] is not None:
            check_split_seed(shares["split_seed"])
        return DataChoice(
            EMBEDDED_NAME if source is None else source,
            None if classes is None else tuple(map(str, classes)),
            size=None if "size" not in settings else checked_size(settings["size"]),
            fit=None if fit is None else checked_fit(fit),
            **counts,
            **shares,
        )
    except DataError as error:
        name, _, problem = str(error).partition(" ")
        raise StudyError(f"{name}: it {problem}") from error


def _dtype(settings: Mapping[str, Any]) -> DataType:
    match settings.get("dtype", "float32"):
        case "float32":
            return "float32"
        case "float64":
            return "float64"
        case other:
            raise StudyError(f"dtype: it must be float32 or float64, but is {other!r}")


def _text(settings: Mapping[str, Any], name: str) -> str | None:
    value = settings.get(name)
    if value is not None and not isinstance(value, str):
        raise StudyError(f"{name}: it must be a text, but is {value!r}")
    return value


def _filled(text: str, placeholders: list[str], settings: Mapping[str, Any]) -> str:
    missing = [name for name in placeholders if name not in settings]
    if missing:
        raise StudyError(f"its text has {{{missing[0]}}}, for which neither base nor a factor has a value")
    return PLACEHOLDER.sub(lambda found: str(settings[found[1]]), text)
