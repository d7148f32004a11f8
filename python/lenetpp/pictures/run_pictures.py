"""RunPictures: the pictures of a run, one method each; every one shows itself in a notebook, plots and saves itself."""

import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from lenetpp.basics.arrays import ImageArray
from lenetpp.basics.files import write_file
from lenetpp.basics.kinds import as_path, check_has
from lenetpp.networks.layer import Layer
from lenetpp.networks.layers import Conv2D, MaxPool2D
from lenetpp.networks.measurement import Evaluation
from lenetpp.networks.network import Network
from lenetpp.records.labels import Label
from lenetpp.records.recorded_data import same_data
from lenetpp.records.run_files import RecordError, read_record

if TYPE_CHECKING:
    from lenetpp.data import Dataset
    from lenetpp.pictures.ablation import Ablation
    from lenetpp.pictures.altered import Altered
    from lenetpp.pictures.augmentation import AugmentedImages
    from lenetpp.pictures.confusion import ConfusionMatrix
    from lenetpp.pictures.feature_maps import FeatureMaps
    from lenetpp.pictures.film import Film
    from lenetpp.pictures.filters import Filters
    from lenetpp.pictures.line_chart import LineChart
    from lenetpp.pictures.mistakes import Mistakes
    from lenetpp.pictures.occlusion import Occlusion
    from lenetpp.pictures.patches import Patches
    from lenetpp.pictures.probes import Probes
    from lenetpp.pictures.training_curves import RunWithHistory
    from lenetpp.pictures.winners import Winners
    from lenetpp.records.epochs import EpochRecord
    from lenetpp.settings.training_settings import TrainingSettings


class RunPictures(ABC):
    """The pictures of a run. Test images come from the run's data, which are found again unless they are given."""

    network: Network
    settings: "TrainingSettings"
    history: "list[EpochRecord]"
    evaluation: Evaluation | None
    folder: Path | None
    label: Label

    @property
    @abstractmethod
    def kept(self) -> "EpochRecord | None":
        """The epoch that the network's weights and the results are of."""

    @property
    def keeps_best(self) -> bool:
        """Whether validation images choose the epoch that is kept."""
        return self.settings.keep == "best"

    @property
    def name(self) -> str:
        """What the run is called: its own name, or its folder's."""
        if self.label.name:
            return self.label.name
        return "this run" if self.folder is None else self.folder.resolve().name

    @property
    def network_text(self) -> str:
        """The network's canonical text."""
        return str(self.network)

    def curves(self, measure: str = "accuracy", *others: "RunWithHistory") -> "LineChart":
        """Return a chart of what was recorded in every epoch.

        Parameters
        ----------
        measure : str
            ``"accuracy"``, ``"loss"``, ``"learning_rate"``, or by layer ``"gradients_per_weight"``,
            ``"gradient_norms"``, ``"update_ratio"``, ``"lost_updates"``, ``"dead_units"`` or ``"saturated_units"``.
        *others : Run
            Runs to draw beside this one.

        Raises
        ------
        ValueError
            If the measure is unknown, or no run has recorded it.
        """
        from lenetpp.pictures.training_curves import training_curves

        for run in others:
            check_has(run, "keeps_best", "others", "runs")
        return training_curves(measure, [self, *others])

    def confusion(self) -> "ConfusionMatrix":
        """Return which classes of test images were taken for which after the last complete epoch.

        Raises
        ------
        ValueError
            If the run has not come to an end with a complete epoch.
        """
        from lenetpp.pictures.confusion import ConfusionMatrix

        if self.evaluation is None:
            raise ValueError(f"{self.name} has no evaluation: no epoch is complete, or it goes on")
        return ConfusionMatrix(self.evaluation)

    def mistakes(self, count: int = 8, *, data: "Dataset | None" = None) -> "Mistakes":
        """Return the test images that the network is most wrong about, and those it is least sure of.

        Parameters
        ----------
        count : int
            Images of each kind.
        data : Dataset, optional
            The run's data.

        Raises
        ------
        ValueError
            If `count` is not positive.
        RecordError
            If the data cannot be found again, or are others.
        """
        from lenetpp.pictures.mistakes import mistakes

        return mistakes(self.network, self._data(data), count=count)

    def filters(self, layer: int | None = None, *, scale: str = "common") -> "Filters":
        """Return the filters of a convolution as a picture that shows and saves itself, with descriptions in words.

        Parameters
        ----------
        layer : int, optional
            Index of a convolution; the first one by default.
        scale : {"common", "each"}
            Whether all filters have one scale, or each its own.

        Raises
        ------
        ValueError
            If there are no such filters, or there is no such scale.
        """
        from lenetpp.pictures.filters import Filters

        return Filters(self.network, layer, scale)

    def feature_maps(self, image: ImageArray) -> "FeatureMaps":
        """Return what every layer makes of an image.

        Parameters
        ----------
        image : ndarray, (P, H, W), uint8 or float32
            Raw pixels.

        Raises
        ------
        ValueError
            If the image does not fit the network.
        """
        from lenetpp.pictures.feature_maps import feature_maps

        return feature_maps(self.network, image)

    def winners(self, image: ImageArray, layer: int | None = None) -> "Winners":
        """Return which places of an image pass a max-pooling.

        Parameters
        ----------
        image : ndarray, (P, H, W), uint8 or float32
            Raw pixels.
        layer : int, optional
            Index of the pooling; the first one by default.

        Raises
        ------
        ValueError
            If there is no such pooling, or the image does not fit the network.
        """
        from lenetpp.pictures.winners import winners

        return winners(self.network, self._first(MaxPool2D, "max-pooling") if layer is None else layer, image)

    def patches(self, layer: int | None = None, count: int = 8, *, data: "Dataset | None" = None) -> "Patches":
        """Return the parts of test images that excite each filter of a convolution most.

        Parameters
        ----------
        layer : int, optional
            Index of the convolution; the first one by default.
        count : int
            Patches of each filter, each of another image.
        data : Dataset, optional
            The run's data.

        Raises
        ------
        ValueError
            If there is no such convolution, or `count` is not positive.
        RecordError
            If the data cannot be found again, or are others.
        """
        from lenetpp.pictures.patches import exciting_patches

        index = self._first(Conv2D, "convolution") if layer is None else layer
        return exciting_patches(self.network, index, self._data(data).unseen.images, count=count)

    def ablation(self, *, data: "Dataset | None" = None, threads: int = 1) -> "Ablation":
        """Return by how many points the test accuracy falls when a filter of a convolution is set to zero.

        Parameters
        ----------
        data : Dataset, optional
            The run's data.
        threads : int
            Processor cores to use; the result does not depend on it.

        Raises
        ------
        ValueError
            If the network has no convolution.
        RecordError
            If the data cannot be found again, or are others.

        Examples
        --------
        >>> run.ablation().layers[0].worst.name  # doctest: +SKIP
        'filter 2'
        """
        from lenetpp.pictures.ablation import ablation

        return ablation(self.network, self._data(data), threads=threads)

    def occlusion(self, image: ImageArray, *, size: int | None = None, stride: int = 1) -> "Occlusion":
        """Return on which parts of an image the answer rests: where it is covered, and the gradient of its pixels.

        Parameters
        ----------
        image : ndarray, (P, H, W), uint8 or float32
            Raw pixels.
        size : int, optional
            Height and width of the patch that covers; by default a quarter of the image's smaller side.
        stride : int
            Pixels from one place of the patch to the next.

        Raises
        ------
        ValueError
            If the image, the patch or the stride do not fit, or the network has only one output.
        """
        from lenetpp.pictures.occlusion import occlusion

        return occlusion(self.network, image, size=size, stride=stride)

    def altered(self, *, data: "Dataset | None" = None, threads: int = 1) -> "Altered":
        """Return what the network recognises of test images upside down, mirrored, grey, or partly hidden.

        Parameters
        ----------
        data : Dataset, optional
            The run's data.
        threads : int
            Processor cores to use; the result does not depend on it.

        Raises
        ------
        RecordError
            If the data cannot be found again, or are others.
        """
        from lenetpp.pictures.altered import altered

        return altered(self.network, self._data(data), threads=threads)

    def augmentation(self, *, images: int = 6, epochs: int = 8, data: "Dataset | None" = None) -> "AugmentedImages":
        """Return training images of each class as the network saw them in its first epochs.

        Parameters
        ----------
        images, epochs : int
            Rows and columns.
        data : Dataset, optional
            The run's data.

        Raises
        ------
        RecordError
            If the data cannot be found again, or are others.
        ValueError
            If the run's settings have no augmentation, or `images` or `epochs` is not from 1 to 100.
        """
        from lenetpp.pictures.augmentation import augmented_images

        return augmented_images(self.network, self._data(data), self.settings, images=images, epochs=epochs)

    def probe(self, *, most_images: int = 4000, data: "Dataset | None" = None, threads: int = 1) -> "Probes":
        """Return how well linear classifiers do on each layer's outputs, after training and with the initial weights.

        Parameters
        ----------
        most_images : int
            Training images that the classifiers learn from, evenly spread over all of them.
        data : Dataset, optional
            The run's data.
        threads : int
            Processor cores for the layers' outputs.

        Raises
        ------
        RecordError
            If the run was not recorded, the initial weights cannot be had again, or the data cannot be found.
        ValueError
            If `most_images` is below 2.
        """
        from lenetpp.pictures.probes import probes
        from lenetpp.records.models import initial_model

        untrained = initial_model(self._recorded("its initial weights are unknown"))
        return probes(self.network, untrained, self._data(data), most_images=most_images, threads=threads)

    def film(self, layer: int | None = None) -> "Film":
        """Return how the filters of a convolution came about, epoch by epoch; saved as ``.gif`` it moves.

        Parameters
        ----------
        layer : int, optional
            Index of a convolution with at most 4,096 weights; the first one by default.

        Raises
        ------
        RecordError
            If the run has no snapshots of its filters, or they are not those of its record.
        ValueError
            If there is no such layer, or no complete epoch.
        """
        from lenetpp.pictures.film import film
        from lenetpp.records.recorded_runs import RecordedRun
        from lenetpp.records.snapshots import recorded_snapshots

        snapshots = recorded_snapshots(RecordedRun.read(self._recorded("it has no snapshots of its filters")))
        index = next(iter(snapshots)) if layer is None else layer
        if index not in snapshots:
            raise ValueError(
                f"layer must be one of {', '.join(map(str, snapshots))}, whose filters were kept, but is {layer}"
            )
        return film(self.network, index, snapshots[index].weights)

    def page(self, path: str | os.PathLike[str], *, data: "Dataset | None" = None) -> None:
        """Write everything about the run to an HTML file that opens from the disk and loads nothing.

        Parameters
        ----------
        path : path or str
            The file to write, whole or not at all.
        data : Dataset, optional
            The run's data; where they cannot be found again, the page says so and has no images.

        Raises
        ------
        RecordError
            If the run was not recorded, or `data` are not those of the run.
        OSError
            If the file cannot be written.
        """
        from lenetpp.pictures.run_page import run_page
        from lenetpp.records.recorded_runs import RecordedRun

        run = RecordedRun.read(self._recorded("there is nothing to make a page of"))
        write_file(as_path(path, "path"), run_page(run, data).encode())

    def _data(self, data: "Dataset | None") -> "Dataset":
        """Return the run's data: those given, or else those found again."""
        if self.folder is not None:
            return same_data(read_record(self.folder)["data"], data)
        if data is None:
            raise RecordError("the run was not recorded (runs=None), so that its data are unknown: pass them as data=")
        return data

    def _recorded(self, otherwise: str) -> Path:
        """Return the run's folder; a run without one lacks something."""
        if self.folder is None:
            raise RecordError(f"the run was not recorded (runs=None), so that {otherwise}")
        return self.folder

    def _first(self, kind: type[Layer], words: str) -> int:
        """Return the index of the first layer of a kind."""
        found = [index for index, layer in enumerate(self.network.layers) if isinstance(layer, kind)]
        if not found:
            raise ValueError(f"the network has no {words}: {self.network}")
        return found[0]
