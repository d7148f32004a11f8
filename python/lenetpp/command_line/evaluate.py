"""``lenetpp evaluate``: how well a trained network does on test images."""

from typing import Annotated

import typer

from lenetpp.basics.percent import percent
from lenetpp.basics.terminal import Console, echo
from lenetpp.command_line.options import (
    ClassesOption,
    DataArgument,
    JsonOption,
    MirroredOption,
    ModelArgument,
    RecordedDataOption,
    TestPerClassOption,
    ThreadsOption,
    load_selected,
    load_trained,
    trained_fit,
)
from lenetpp.command_line.output import print_class_scores, print_confusion, print_facts, print_json
from lenetpp.data.load import holds_photos
from lenetpp.networks.evaluation import evaluate
from lenetpp.records.recorded_data import find_again, found_at, same_data
from lenetpp.settings.training_settings import Loss

HELP = """Measure a trained network on test images.

A run is measured on the data that it was trained with, unless others are given; where these have no test images, on
those for validation. Photos are brought to the network's size.

Example: `lenetpp evaluate last`
"""


def evaluate_command(
    model: ModelArgument,
    data: DataArgument = None,
    classes: ClassesOption = None,
    test_per_class: TestPerClassOption = None,
    run_data: RecordedDataOption = None,
    top: Annotated[
        int,
        typer.Option(min=1, metavar="K", help="Say how often the true class is among the K most probable ones, too."),
    ] = 5,
    threads: ThreadsOption = 1,
    mirrored: MirroredOption = False,
    as_json: JsonOption = False,
) -> None:
    """Evaluate; see HELP."""
    network, record = load_trained(model)
    if run_data is not None:
        if record is None or data is not None:
            raise typer.BadParameter("--data are those of a run: for a model file, or other data, give DATA")
        dataset = same_data(record["data"], found_at(run_data, record["data"]))
    elif record is not None and data is None and classes is None and test_per_class is None:
        dataset = find_again(record["data"])
        if dataset.digest != record["data"]["digest"]:
            echo(f"note: {dataset.name} is no longer what the run was trained with: its digest differs", err=True)
    else:
        is_of_photos = holds_photos(data)
        dataset = load_selected(
            data,
            classes,
            test_per_class=test_per_class,
            size=network.input_shape[1:] if is_of_photos else None,
            fit=trained_fit(record) if is_of_photos else None,
        )
    loss: Loss = "cross_entropy" if record is None else record["settings"]["loss"]
    network.class_names = dataset.classes
    is_asked_for_more = top < len(dataset.classes)  # among all of them every class is
    evaluation = evaluate(
        network, dataset, loss=loss, threads=threads, mirrored=mirrored, probabilities=is_asked_for_more
    )
    top_accuracy = evaluation.top_k_accuracy(top) if is_asked_for_more else None
    if as_json:
        print_json(
            {
                "data": dataset.name,
                "note": dataset.note,
                "images": evaluation.count,
                "accuracy": evaluation.accuracy,
                "loss": evaluation.loss,
                "loss_kind": loss,
                "mirrored": mirrored,
                "classes": dataset.classes,
                "confusion": evaluation.confusion.tolist(),
                "precision": evaluation.class_precisions,
                "recall": evaluation.class_recalls,
                "f1": evaluation.class_f1_scores,
                "top": None if top_accuracy is None else {"k": top, "accuracy": top_accuracy},
                "digest": network.digest,
            }
        )
        return
    console = Console()
    print_confusion(console, evaluation)
    console.print()
    print_class_scores(console, evaluation)
    console.print()
    among = (
        {}
        if top_accuracy is None
        else {f"among {top}": f"{percent(top_accuracy)} have the true class among the {top} most probable ones"}
    )
    words = {"mirrored": "mean of each image and of its mirror image"} if mirrored else {}
    facts = {
        "network": network,
        "data": dataset.name,
        **({"note": dataset.note} if dataset.note else {}),
        dataset.unseen.name: evaluation,
        **words,
        **among,
        "digest": network.digest,
    }
    print_facts(console, facts)
