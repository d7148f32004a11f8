"""DataChoice: which data, as a value that can be compared, written down and sent to another process."""

from dataclasses import dataclass, replace

from lenetpp.basics.kinds import as_path
from lenetpp.data.dataset import Dataset
from lenetpp.data.load import load_data
from lenetpp.data.picture_fit import Fit, checked_size
from lenetpp.data.places import EMBEDDED_NAME, find_published
from lenetpp.data.published import PUBLISHED


@dataclass(frozen=True)
class DataChoice:
    """Which data: what :func:`lenetpp.load_data` takes."""

    source: str = EMBEDDED_NAME
    classes: tuple[str, ...] | None = None
    train_per_class: int | None = None
    test_per_class: int | None = None
    validation_per_class: int | None = None
    validation: float | None = None
    test: float | None = None
    split_seed: int | None = None
    size: tuple[int, int] | None = None
    fit: Fit | None = None

    def __post_init__(self) -> None:
        # Lists, as records have them, cannot be compared by hash.
        object.__setattr__(self, "classes", None if self.classes is None else tuple(self.classes))
        object.__setattr__(self, "size", None if self.size is None else checked_size(self.size))

    def load(self) -> Dataset:
        """Load the data."""
        return load_data(
            self.source,
            classes=self.classes,
            train_per_class=self.train_per_class,
            test_per_class=self.test_per_class,
            validation_per_class=self.validation_per_class,
            validation=self.validation,
            test=self.test,
            split_seed=self.split_seed,
            size=self.size,
            fit=self.fit,
        )

    @property
    def needs_download(self) -> bool:
        """Whether the data have a name, but are in no folder of this machine."""
        return self.source in PUBLISHED and find_published(PUBLISHED[self.source]) is None

    def from_anywhere(self) -> "DataChoice":
        """Return the same choice by a name or a path that does not depend on the working folder."""
        is_name = self.source in (EMBEDDED_NAME, *PUBLISHED)
        return self if is_name else replace(self, source=str(as_path(self.source, "source").absolute()))
