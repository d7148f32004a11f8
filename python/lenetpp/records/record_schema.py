"""What the files of a run may say: each key with its type, and no other key.

A key that earlier versions did not write is NotRequired: their records can be read for ever. Imported when a file is
read, since pydantic takes a third of the time that the whole package does.
"""

from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import AfterValidator, ConfigDict, FailFast, Field, TypeAdapter, with_config
from pydantic_core import PydanticCustomError

# That of typing does only from Python 3.12 on what pydantic needs.
from typing_extensions import TypedDict

from lenetpp.basics.file_schemas import AT_KEY
from lenetpp.data.picture_fit import Fit
from lenetpp.records.epochs import EpochRecord, Outcome
from lenetpp.settings.training_settings import TrainingSettings

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

Count: TypeAlias = Annotated[int, Field(ge=0, lt=2**63)]
Amount: TypeAlias = Annotated[float, Field(ge=0)]
Share: TypeAlias = Annotated[float, Field(ge=0, lt=1)]
Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PictureSize: TypeAlias = Annotated[list[Annotated[int, Field(ge=1, lt=2**31)]], Field(min_length=2, max_length=2)]
Names: TypeAlias = Annotated[list[str], Field(min_length=1), FailFast()]


def checked_settings(table: dict[str, Any]) -> dict[str, Any]:
    """Let the settings themselves say what they may be; one that is missing is older than the setting."""
    names = [field.name for field in fields(TrainingSettings)]
    for name in table:
        if name not in names:
            raise PydanticCustomError(AT_KEY, "there is no such key", {"key": name})
    try:
        TrainingSettings(**table)
    except ValueError as error:
        name, _, problem = str(error).partition(" ")
        raise PydanticCustomError(AT_KEY, "{problem}", {"key": name, "problem": problem}) from None
    return table


@with_config(STRICT)
class NetworkTable(TypedDict):
    """The network, and what it had before the first step."""

    text: str
    dtype: Literal["float32", "float64"]
    start: Literal["seed", "given weights", "given normalization"]
    initial_digest: Digest
    origin: NotRequired[str]


@with_config(STRICT)
class ImageCounts(TypedDict):
    """Number of images of each part."""

    train: Count
    test: NotRequired[Count]
    validation: NotRequired[Count]


@with_config(STRICT)
class SelectionTable(TypedDict):
    """What was selected from the source; as :class:`lenetpp.data.dataset.Selection`."""

    classes: NotRequired[Names]
    train_per_class: NotRequired[Count]
    test_per_class: NotRequired[Count]
    validation_per_class: NotRequired[Count]
    validation: NotRequired[Share]
    test: NotRequired[Share]
    split_seed: NotRequired[Count]
    size: NotRequired[PictureSize]
    fit: NotRequired[Fit]


@with_config(STRICT)
class DataTable(TypedDict):
    """The data: enough to load them again, unless they were arrays."""

    name: str
    digest: Digest
    classes: Names
    images: ImageCounts
    train_images_by_class: NotRequired[Annotated[list[Count], FailFast()]]
    pixels: NotRequired[Literal["uint8", "float32"]]
    weights: NotRequired[Digest]
    selection: SelectionTable
    path: NotRequired[str]


NumericsTable = TypedDict("NumericsTable", {"version": Count, "class": str, "instruction_set": str, "compiler": str})
"""What the bits depend on (version and class), and what they must not."""
with_config(STRICT)(NumericsTable)


@with_config(STRICT)
class SoftwareTable(TypedDict):
    """Versions, and the system's name."""

    lenetpp: str
    python: str
    numpy: str
    system: str


@with_config(STRICT)
class MachineTable(TypedDict):
    """Where it was trained last."""

    processor: str
    architecture: str
    cores: Count
    threads: Annotated[int, Field(ge=1, lt=2**31)]
    process: NotRequired[Count]


@with_config(STRICT)
class GitTable(TypedDict):
    """The working folder's revision."""

    commit: str
    dirty: bool


@with_config(STRICT)
class ResultsTable(TypedDict):
    """Figures of the end: those of the last complete epoch, where there is one."""

    epochs: Count
    kept_epoch: NotRequired[Annotated[int, Field(ge=1, lt=2**63)]]
    seconds: Amount
    images_per_second: Amount
    digest: NotRequired[Digest]
    model_digest: NotRequired[Digest]
    loss: NotRequired[float]
    training_accuracy: NotRequired[float]
    test_loss: NotRequired[float]
    test_accuracy: NotRequired[float]
    validation_loss: NotRequired[float]
    validation_accuracy: NotRequired[float]
    confusion: NotRequired[Annotated[list[Annotated[str, Field(pattern=r"^[0-9]{1,18}( [0-9]{1,18})*$")]], FailFast()]]


@with_config(STRICT)
class RunRecord(TypedDict):
    """``run.toml``."""

    format: int
    outcome: Outcome
    message: NotRequired[str]
    on_epoch: NotRequired[str]
    started_by: NotRequired[Literal["study"]]
    started: datetime
    ended: NotRequired[datetime]
    resumed: NotRequired[Annotated[list[datetime], FailFast()]]
    network: NetworkTable
    data: DataTable
    settings: Annotated[dict[str, Any], AfterValidator(checked_settings)]
    numerics: NumericsTable
    software: SoftwareTable
    machine: MachineTable
    git: NotRequired[GitTable]
    results: NotRequired[ResultsTable]


def _checked_confusion(record: RunRecord) -> RunRecord:
    """Let the confusion matrix have a row and a column for each class, some images, and a loss beside it."""
    results = record.get("results", {})
    if "confusion" in results:
        rows, count = [row.split() for row in results["confusion"]], len(record["data"]["classes"])
        if len(rows) != count or any(len(row) != count for row in rows):
            raise ValueError(f"results.confusion: it must have {count} rows of {count} numbers, one for each class")
        if not {"test_loss", "validation_loss"} & results.keys() or not any(
            int(number) for row in rows for number in row
        ):
            raise ValueError(
                "results.confusion: there must be an image in it, and a test_loss or validation_loss beside it"
            )
    return record


@with_config(STRICT)
class TrainedPart(TypedDict):
    """What an epoch's record will say about its training, where the evaluation is still to come."""

    loss: float
    training_accuracy: float
    learning_rate: float
    seconds: Amount
    images_per_second: Amount
    gradient_norms: dict[str, float]
    update_ratio: NotRequired[dict[str, float]]
    lost_updates: NotRequired[dict[str, float]]


Figures: TypeAlias = tuple[Amount, Amount, Amount]
PartOfEpoch: TypeAlias = tuple[Count, float, Count, Count, Annotated[tuple[Figures, ...], FailFast()]]
PartWithoutFigures: TypeAlias = tuple[Count, float, Count]
"""What versions before numerics 4 kept."""


@with_config(STRICT)
class Position(TypedDict):
    """Where a checkpoint was written."""

    epoch: Count
    done: PartOfEpoch | PartWithoutFigures
    seconds: Amount
    trained: TrainedPart | None
    run_seconds: Amount


CheckpointTexts = TypedDict(
    "CheckpointTexts",
    {
        "lenetpp.network": str,
        "lenetpp.dtype": Literal["float32", "float64"],
        "lenetpp.numerics": str,
        "lenetpp.position": str,
    },
)
"""What a checkpoint says beside its arrays; the position is JSON."""
with_config(STRICT)(CheckpointTexts)


@with_config(STRICT)
class TensorEntry(TypedDict):
    """An array in the header of a file of tensors."""

    dtype: Literal["F32", "F64"]
    shape: Annotated[list[Count], Field(max_length=8), FailFast()]
    data_offsets: Annotated[list[Count], Field(min_length=2, max_length=2)]


RECORD: TypeAdapter[RunRecord] = TypeAdapter(Annotated[RunRecord, AfterValidator(_checked_confusion)])
EPOCH = TypeAdapter(EpochRecord)
CHECKPOINT_TEXTS = TypeAdapter(CheckpointTexts)
POSITION = TypeAdapter(Position)
TENSORS = TypeAdapter(dict[str, TensorEntry])
TENSOR_TEXTS = TypeAdapter(dict[str, str])
