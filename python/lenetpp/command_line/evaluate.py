"""``lenetpp evaluate``: how well a trained network does on test images."""

from typing import TYPE_CHECKING, Annotated

import typer

from lenetpp.basics.language import say
from lenetpp.basics.percent import percent
from lenetpp.basics.terminal import Console, echo
from lenetpp.command_line.options import (
    AsOption,
    ClassesOption,
    DataArgument,
    JsonOption,
    MirroredOption,
    ModelArgument,
    RecordedDataOption,
    TestPerClassOption,
    ThreadsOption,
    load_trained,
    names_in,
    trained_fit,
)
from lenetpp.command_line.output import print_class_scores, print_confusion, print_facts, print_json
from lenetpp.data import Dataset, load_data
from lenetpp.data.load import holds_photos
from lenetpp.data.parts import part_in_words
from lenetpp.data.selection import select
from lenetpp.networks.evaluation import evaluate
from lenetpp.networks.measurement import evaluation_in_words
from lenetpp.networks.network import Network
from lenetpp.records.recorded_data import find_again, found_at, learned_from, learning_in_words, same_data
from lenetpp.settings.training_settings import Loss

if TYPE_CHECKING:
    from lenetpp.records.record_schema import RunRecord

HELP = """Measure a trained network on test images.

A run is evaluated on the data it was trained with, unless other data are given; without test images, on the validation
images. All photos of a folder are used, unless it has folders such as `train` and `test`. Photos are resized to the
network's size.

Classes are matched by name, in any order; the data may have only some of the network's classes. If the data use other
names, `--as` says which classes they are.

Example: `lenetpp evaluate last`
"""


def evaluate_command(
    model: ModelArgument,
    data: DataArgument = None,
    classes: ClassesOption = None,
    other_names: AsOption = None,
    test_per_class: TestPerClassOption = None,
    run_data: RecordedDataOption = None,
    top: Annotated[
        int,
        typer.Option(min=1, metavar="K", help="Also report how often the true class is among the K most probable."),
    ] = 5,
    threads: ThreadsOption = 1,
    mirrored: MirroredOption = False,
    as_json: JsonOption = False,
) -> None:
    """Evaluate; see HELP."""
    network, record = load_trained(model)
    if run_data is not None and (record is None or data is not None):
        raise typer.BadParameter("--data are those of a run: for a model file, or other data, give DATA")
    if record is not None and data is None:
        dataset = select(_data_of_run(record, run_data), classes=names_in(classes), test_per_class=test_per_class)
    else:
        dataset = _other_data(data, network, record, classes, test_per_class)
    if other_names is not None:
        dataset = dataset.renamed(names_in(other_names) or ())
    part = list(dataset.parts())[-1].name
    loss: Loss = "cross_entropy" if record is None else record["settings"]["loss"]
    is_asked_for_more = top < network.class_count  # among all of them every class is
    if record is not None and data is not None and part == "train" and learned_from(record, [data]):
        learned = learning_in_words(record)
        echo(say("note: {words}; without DATA only those kept aside are measured", words=learned), err=True)
    evaluation = evaluate(
        network, dataset, part=part, loss=loss, threads=threads, mirrored=mirrored, probabilities=is_asked_for_more
    )
    top_accuracy = evaluation.top_k_accuracy(top) if is_asked_for_more else None
    if as_json:
        print_json(
            {
                "data": dataset.name,
                "note": dataset.note,
                "part": part,
                "images": evaluation.count,
                "accuracy": evaluation.accuracy,
                "loss": evaluation.loss,
                "loss_kind": loss,
                "mirrored": mirrored,
                "classes": evaluation.class_names,
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
    facts: dict[str, object] = {
        say("network"): network,
        say("data"): dataset.name,
        **({say("note"): dataset.note} if dataset.note else {}),
        say("all images") if part == "train" else part_in_words(part): evaluation_in_words(evaluation),
    }
    if mirrored:
        facts[say("mirrored")] = say("mean of each image and of its mirror image")
    if top_accuracy is not None:
        facts[say("among {top}", top=top)] = say(
            "{share} have the true class among the {top} most probable ones", share=percent(top_accuracy), top=top
        )
    facts[say("digest")] = network.digest
    print_facts(console, facts)


def _data_of_run(record: "RunRecord", place: str | None) -> Dataset:
    """Return the data that a run was trained with, from another place where one is given."""
    if place is not None:
        return same_data(record["data"], found_at(place, record["data"]))
    found = find_again(record["data"])
    if found.digest != record["data"]["digest"]:
        changed = say("note: {data} is no longer what the run was trained with: its digest differs", data=found.name)
        echo(changed, err=True)
    return found


def _other_data(
    source: str | None, network: Network, record: "RunRecord | None", classes: str | None, per_class: int | None
) -> Dataset:
    """Return the data of another source: photos without a part that judges are the training part, which is all."""
    chosen = names_in(classes)
    if source is None or not holds_photos(source):
        return load_data(source, classes=chosen, test_per_class=per_class)
    data = load_data(source, classes=chosen, test=0, size=network.input_shape[1:], fit=trained_fit(record))
    if len(list(data.parts())) > 1:
        return select(data, test_per_class=per_class)
    return select(data, train_per_class=per_class)
