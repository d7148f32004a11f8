"""The page of a run: one file that opens from the disk without a network, in any browser, on any screen."""

from typing import TYPE_CHECKING, Any

import numpy as np

from lenetpp.basics.language import say, sentence
from lenetpp.basics.shell_words import run_command
from lenetpp.data.parts import part_in_words
from lenetpp.health import findings
from lenetpp.networks.layers import Conv2D, MaxPool2D
from lenetpp.networks.measurement import evaluation_in_words
from lenetpp.networks.network import Network
from lenetpp.pictures.ablation import ablation
from lenetpp.pictures.altered import altered
from lenetpp.pictures.confusion import ConfusionMatrix
from lenetpp.pictures.feature_maps import feature_maps
from lenetpp.pictures.film import Film, film
from lenetpp.pictures.filters import Filters
from lenetpp.pictures.html import environment
from lenetpp.pictures.line_chart import LineChart
from lenetpp.pictures.mistakes import mistakes
from lenetpp.pictures.occlusion import occlusion
from lenetpp.pictures.patches import exciting_patches
from lenetpp.pictures.tiles import as_pixels, data_uri
from lenetpp.pictures.training_curves import EPOCH_MEASURES, layer_figures_of, training_curves
from lenetpp.pictures.winners import winners
from lenetpp.records.models import recorded_model
from lenetpp.records.needed_arguments import ArgumentNeeded
from lenetpp.records.outcomes import outcome_in_words
from lenetpp.records.recorded_data import same_data
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_facts import run_facts, train_command
from lenetpp.records.run_files import MODEL_NAME, RecordError
from lenetpp.records.snapshots import recorded_snapshots

if TYPE_CHECKING:
    from lenetpp.data import Dataset
    from lenetpp.data.dataset import Part

SHOWN_IMAGES = 3
"""Test images whose feature maps are on the page, each of another class where there are so many."""
MOST_WINNER_PLANES = 6
MOST_PATCHED_FILTERS = 64
MOST_ABLATED_FILTERS = 128
"""Of all convolutions; setting each to zero takes about as long as evaluating the network."""
MOST_FILTER_WEIGHTS = 20_000
"""Layers with more are left out: the page would grow to many megabytes, and nobody looks at thousands of filters."""


def run_page(run: RecordedRun, data: "Dataset | None" = None) -> str:
    """Return the page of a run: settings, health in words, curves, and what was learned.

    What the record does not hold is left out: an unfinished run has no model, and without its data there are no images.

    Parameters
    ----------
    run : RecordedRun
        The run.
    data : Dataset, optional
        The run's data; by default they are found again, and where that fails the page says so.

    Raises
    ------
    RecordError
        If `data` are not those of the run, or a file of the record is malformed.
    """
    notes: list[str] = []
    content = {
        "run": run,
        "kept": run.kept,
        "digest": run.table("results").get("digest"),
        "facts": run_facts(run),
        "findings": findings(run),
        "curves": [training_curves(measure, [run]) for measure in ("loss", "accuracy")] if run.history else [],
        "layer_charts": _layer_charts(run),
        "confusion": None if run.evaluation is None else ConfusionMatrix(run.evaluation),
        "replay_command": run_command("replay", run.folder.resolve().name),
        "train_command": train_command(run),
        "part_in_words": part_in_words,
        "evaluation_in_words": evaluation_in_words,
        "sentence": sentence,
        "most_winner_planes": MOST_WINNER_PLANES,
        **_what_was_learned(run, data, notes),
    }
    titles = {
        "settings": say("Settings"),
        "health": say("Health"),
        "curves": say("Training"),
        "layer_charts": say("Layers"),
        "confusion": say("Classes"),
        "mistakes": say("Images"),
        "filters": say("Filters"),
        "feature_maps": say("Feature maps"),
        "patches": say("Patches"),
        "looking": say("What it looks at"),
        "film": say("How filters came about"),
    }
    anchors = {"layer_charts": "layers", "feature_maps": "maps"}
    sections = [(anchors.get(name, name), title) for name, title in titles.items() if content.get(name, True)]
    templates = environment()
    templates.globals.update(
        picture_of=lambda image: data_uri(as_pixels(image)),
        map_of=lambda plane, scale: data_uri(scale.pixels(plane)),
        strip_of=lambda film: data_uri(film.frames.reshape(-1, *film.frames.shape[2:])),
    )
    page: str = templates.get_template("run.html.jinja").render(
        **content, notes=notes, sections=[*sections, ("again", say("Again"))]
    )
    return page


def _layer_charts(run: RecordedRun) -> list[LineChart]:
    """Return what was recorded about layers, as far as it was."""
    of_layers = [
        measure
        for measure in EPOCH_MEASURES
        if measure != "gradient_norms" and any(layer_figures_of(measure, run))  # those per weight are comparable
    ]
    return [training_curves(measure, [run]) for measure in of_layers]


def _what_was_learned(run: RecordedRun, data: "Dataset | None", notes: list[str]) -> dict[str, Any]:
    """Return the pictures that need the model, and those that need the data too; `notes` tells what is missing."""
    learned: dict[str, Any] = dict.fromkeys(
        ("filters", "film", "feature_maps", "winners", "patches", "mistakes", "looking", "occlusions"), ()
    )
    if not (run.folder / MODEL_NAME).exists():
        notes.append(
            say(
                "The run has no model (its outcome: {outcome}): what it learned cannot be shown.",
                outcome=outcome_in_words(run.outcome),
            )
        )
        return learned
    network = recorded_model(run.folder)
    convolutions = {index: layer for index, layer in enumerate(network.layers) if isinstance(layer, Conv2D)}
    filters = [Filters(network, index) for index in convolutions]
    learned["filters"] = [shown.grid() for shown in filters if shown.weights.size <= MOST_FILTER_WEIGHTS]
    learned["film"] = _film(run, network)
    if data is None:
        try:
            data = same_data(run.table("data"), None)
        except ArgumentNeeded as error:
            notes.append(say("There are no pictures of images: {problem}.", problem=error.problem))
            return learned
    else:
        same_data(run.table("data"), data)
    pools = [index for index, layer in enumerate(network.layers) if isinstance(layer, MaxPool2D)]
    unseen = data.unseen
    images = _images_to_show(unseen)
    learned["feature_maps"] = [
        (data.classes[unseen.labels[number]], feature_maps(network, unseen.images[number])) for number in images
    ]
    learned["winners"] = [winners(network, index, unseen.images[images[0]]) for index in pools[:1]]
    learned["patches"] = [
        exciting_patches(network, index, unseen.images)
        for index, layer in convolutions.items()
        if layer.filters <= MOST_PATCHED_FILTERS
    ]
    learned["mistakes"] = mistakes(network, data)
    learned["looking"] = [altered(network, data)]
    if convolutions and sum(layer.filters for layer in convolutions.values()) <= MOST_ABLATED_FILTERS:
        learned["looking"].append(ablation(network, data))
    if network.class_count > 1:
        learned["occlusions"] = [occlusion(network, unseen.images[number]) for number in images]
    return learned


def _film(run: RecordedRun, network: Network) -> Film | None:
    """Return the film of the first filters; None where the run has no snapshots, as those of earlier versions."""
    try:
        snapshots = recorded_snapshots(run)
    except (RecordError, OSError):
        return None
    layer, first = next(iter(snapshots.items()))
    return film(network, layer, first.weights) if first.epochs else None


def _images_to_show(unseen: "Part") -> list[int]:
    """Return the numbers of the first image of each of the first classes, as far as there are any."""
    _, first = np.unique(unseen.labels, return_index=True)
    return [int(number) for number in first[:SHOWN_IMAGES]]
