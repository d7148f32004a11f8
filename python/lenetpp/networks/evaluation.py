"""evaluate(): a network against a part of the data, and whether the two fit."""

from collections.abc import Mapping
from dataclasses import replace

from lenetpp.basics.arrays import shape_text
from lenetpp.basics.wordings import worded
from lenetpp.data import Dataset
from lenetpp.data.dataset import PartName
from lenetpp.networks.class_matching import check_class_count, fitting_network, matched
from lenetpp.networks.measurement import Evaluation, Metric
from lenetpp.networks.network import Network
from lenetpp.settings.training_settings import Loss


def evaluate(
    network: Network,
    data: Dataset,
    *,
    part: PartName | None = None,
    loss: Loss = "cross_entropy",
    threads: int = 1,
    mirrored: bool = False,
    probabilities: bool = False,
    metrics: Mapping[str, Metric] | None = None,
) -> Evaluation:
    """Compare a network's predictions with the labels of a part of the data.

    Parameters
    ----------
    network : Network
        A network with weights.
    data : Dataset
        Images of the network's input shape. Their classes are matched with the network's by name, in whatever order,
        and may be some of them: those that are there are measured. By number only where the network's ``class_names``
        are None, or nobody named the classes of the data (arrays without `classes`).
    part : {"test", "validation", "train"}, optional
        Which images; by default the test part or, where there is none, the validation part.
    loss : {"cross_entropy", "squared_error", "binary_cross_entropy"}
        Which loss to report; the accuracy does not depend on it.
    threads : int
        Processor cores to use; the result does not depend on it.
    mirrored : bool
        Predict by the mean of the probabilities of each image and of its mirror image; see
        :meth:`Network.predict_proba`. The loss is the mean of both images' losses.
    probabilities : bool
        Whether to keep the probability of each class for each image, as :meth:`Evaluation.top_k_accuracy` and metrics
        of one's own may want them: the network then looks at the images twice.
    metrics : dict of functions, optional
        By name: each is called with labels (N,) and predictions (N,), and gives a number. Those of ``sklearn.metrics``
        will do: ``{"kappa": sklearn.metrics.cohen_kappa_score}``.

    Returns
    -------
    Evaluation
        With precision, recall and F1 score of each class, and the confusion matrix: the network's classes in its
        order. `labels` and `predictions` are numbers of these.

    Raises
    ------
    ValueError
        If network and data do not fit, the data have classes that the network does not know
        (:meth:`Dataset.renamed` says which they are), or have no such part.
    TypeError
        If a metric is no function, or gives no number.

    Examples
    --------
    >>> from sklearn.metrics import cohen_kappa_score, roc_auc_score
    >>> found = lp.evaluate(net, data, probabilities=True, metrics={"kappa": cohen_kappa_score})  # doctest: +SKIP
    >>> found.class_f1_scores, found.top_k_accuracy(3), found.metrics["kappa"]  # doctest: +SKIP
    >>> roc_auc_score(found.labels, found.probabilities, multi_class="ovr")  # doctest: +SKIP
    """
    data = measurable(network, data)
    if part not in (None, "train", "validation", "test"):
        raise ValueError(f'part must be "train", "validation" or "test", but is {part!r}')
    judged = data.unseen if part is None else next((found for found in data.parts() if found.name == part), None)
    if judged is None:
        raise ValueError(f"the data {data.name} have no {part} part")
    evaluation = network.evaluate(
        judged.images,
        judged.labels,
        loss=loss,
        threads=threads,
        mirrored=mirrored,
        probabilities=probabilities,
        metrics=metrics,
    )
    return replace(evaluation, class_names=data.classes)


def measurable(network: Network, data: Dataset) -> Dataset:
    """Return the data as the network is measured on them: with its classes, matched by name, in its order.

    Raises
    ------
    TypeError, ValueError
        If the network does not take the data's images, or does not know a class of them.
    """
    check_images(network, data)
    return matched(network, data)


def check_fit(network: Network, data: Dataset) -> None:
    """Raise TypeError or ValueError unless the network takes the data's images and has an output for each class."""
    check_images(network, data)
    check_class_count(network, data)


def check_images(network: Network, data: Dataset) -> None:
    """Raise TypeError or ValueError unless the network takes the data's images."""
    _check_type("network", network, Network, "lenetpp.network(name) and lenetpp.Network.parse(text)")
    _check_type("data", data, Dataset, "lenetpp.load_data() and lenetpp.Dataset.from_arrays()")
    if network.input_shape != data.input_shape:
        planes, height, width = network.input_shape
        problem = (
            f"the network takes images of {shape_text(network.input_shape)} (planes x height x width), "
            f"but those of {data.name} have {shape_text(data.input_shape)}"
        )
        if data.input_shape == (height, width, planes):
            raise ValueError(f"{problem}; bring the planes to the front with images.transpose(0, 3, 1, 2)")
        ways, in_shell = _ways_to_fit(network, data)
        raise worded(ValueError(_with_ways(problem, ways)), in_shell=_with_ways(problem, in_shell))


def _ways_to_fit(network: Network, data: Dataset) -> tuple[list[str], list[str]]:
    """Return what makes network and images fit each other, in Python's words and in the shell's."""
    ways, in_shell = [], []
    if not network.initialized:  # a trained one takes nothing else
        anew = f"begin the network's text with {shape_text(data.input_shape)!r}"
        ways += [f"{fitting_network(data)} is a named network for them", anew]
        in_shell += [anew]
    planes, height, width = network.input_shape
    if data.files and planes == data.input_shape[0]:
        ways.append(f"load_data(..., size=({height}, {width})) brings pictures to its size")
        in_shell.append(f"--size {height}x{width} brings pictures to its size")
    return ways, in_shell


def _with_ways(problem: str, ways: list[str]) -> str:
    return f"{problem}; {', or '.join(ways)}" if ways else problem


def _check_type(name: str, value: object, kind: type, makers: str) -> None:
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}, which {makers} make, but is {type(value).__name__}")
