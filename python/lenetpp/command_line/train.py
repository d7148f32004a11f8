"""``lenetpp train``: train a network on data, by its recipe or by given settings."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from lenetpp.basics.terminal import Console, Text
from lenetpp.command_line import completion
from lenetpp.command_line.options import (
    CheckpointOption,
    ClassesOption,
    DataArgument,
    JsonOption,
    PerClassOption,
    QuietOption,
    TestPerClassOption,
    ThreadsOption,
    ValidationPerClassOption,
    load_selected,
)
from lenetpp.command_line.output import print_confusion, print_facts, print_json
from lenetpp.command_line.training_end import trained
from lenetpp.data import Dataset
from lenetpp.networks.named_networks import NAMED_NETWORKS, network, recipe
from lenetpp.networks.network import Network
from lenetpp.records.run_files import default_runs_folder
from lenetpp.settings.training_settings import (
    Initialization,
    Loss,
    NormalizationScheme,
    Reduction,
    Schedule,
    TrainingSettings,
)
from lenetpp.training.frozen_recipes import FrozenRecipe, frozen_recipe, frozen_recipes
from lenetpp.training.run import Run
from lenetpp.training.train import train

HELP = """Train a network and record the run in a folder.

Without arguments: a LeNet-5 on the images inside the package. Settings that are not given come from the network's
recipe.

Exit codes: 0 finished; 1 an error, or diverged; 130 interrupted by Ctrl-C: `lenetpp resume last` goes on.

Example: `lenetpp train cifar10 --classes airplane,ship --per-class 4000 --network blog-lenet`
"""
STEPS, START, IMAGES = "Steps", "Loss and initial weights", "Images"


def _setting(panel: str, metavar: str | None, help_text: str, *names: str) -> Any:
    """Describe the option of a field of TrainingSettings."""
    return typer.Option(*names, metavar=metavar, help=help_text, rich_help_panel=panel, show_default=False)


def train_command(
    data: DataArgument = None,
    network: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|TEXT",
            help=f"{', '.join(NAMED_NETWORKS)}, or a network's text; by default the recipe's, else lenet5.",
            show_default=False,
            autocompletion=completion.network_names,
        ),
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Where settings start from: a network's name, or a frozen recipe, which brings network and choice of "
            f"data too and whose bits are checked: {', '.join(frozen_recipes())}.",
            show_default=False,
            autocompletion=completion.recipe_names,
        ),
    ] = None,
    classes: ClassesOption = None,
    per_class: PerClassOption = None,
    test_per_class: TestPerClassOption = None,
    validation_per_class: ValidationPerClassOption = None,
    epochs: Annotated[int | None, _setting(STEPS, "N", "Passes over the training images.")] = None,
    batch_size: Annotated[int | None, _setting(STEPS, "N", "Images for each step.")] = None,
    learning_rate: Annotated[float | None, _setting(STEPS, "X", "Factor on a step.")] = None,
    schedule: Annotated[Schedule | None, _setting(STEPS, "NAME", "Of the rate: constant, step or cosine.")] = None,
    restarts: Annotated[
        str | None, _setting(STEPS, "N,...", "Epochs after which the schedule cosine begins anew.")
    ] = None,
    step_epochs: Annotated[int | None, _setting(STEPS, "N", "Epochs between changes of the schedule step.")] = None,
    step_factor: Annotated[float | None, _setting(STEPS, "X", "Factor of the schedule step.")] = None,
    warmup_epochs: Annotated[float | None, _setting(STEPS, "X", "Epochs in which the rate rises from zero.")] = None,
    momentum: Annotated[float | None, _setting(STEPS, "X", "Share of the last step kept, below 1.")] = None,
    nesterov: Annotated[bool | None, _setting(STEPS, None, "Nesterov's momentum.", "--nesterov/--no-nesterov")] = None,
    weight_decay: Annotated[float | None, _setting(STEPS, "X", "Share of the weights added to the gradient.")] = None,
    gradient_clip_norm: Annotated[
        float | None, _setting(STEPS, "X", "Largest norm of the gradient; 0 for no limit.")
    ] = None,
    loss: Annotated[
        Loss | None, _setting(START, "NAME", "cross_entropy, squared_error or binary_cross_entropy.")
    ] = None,
    reduction: Annotated[Reduction | None, _setting(START, "NAME", "Over a batch: mean or sum.")] = None,
    initialization: Annotated[
        Initialization | None, _setting(START, "NAME", "Of the weights: he, glorot, lecun or blog.")
    ] = None,
    seed: Annotated[int | None, _setting(START, "N", "Decides initial weights, order and augmentation.")] = None,
    normalization: Annotated[
        NormalizationScheme | None, _setting(IMAGES, "NAME", "Of the pixels: standard, unit or none.")
    ] = None,
    flip_horizontally: Annotated[
        bool | None, _setting(IMAGES, None, "Mirror training images at random.", "--flip/--no-flip")
    ] = None,
    shift_pixels: Annotated[
        int | None, _setting(IMAGES, "N", "Move training images at random by up to N pixels.")
    ] = None,
    threads: ThreadsOption = 1,
    runs: Annotated[
        Path | None, typer.Option(help="Folder of runs; by default LENETPP_RUNS, else `runs`.", show_default=False)
    ] = None,
    checkpoint_seconds: CheckpointOption = 30.0,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Train; see HELP."""
    options = locals()
    given = {field.name: options[field.name] for field in fields(TrainingSettings)}
    if restarts is not None:
        given["restarts"] = _numbers("--restarts", restarts)
    frozen = None if recipe is None or recipe in NAMED_NETWORKS else frozen_recipe(recipe)
    network = network or (frozen.network if frozen else recipe or "lenet5")
    if frozen:
        data = data or frozen.data.source
        classes = classes or (None if frozen.data.classes is None else ",".join(frozen.data.classes))
        per_class = per_class or frozen.data.train_per_class
        test_per_class = test_per_class or frozen.data.test_per_class
        validation_per_class = validation_per_class or frozen.data.validation_per_class
    dataset = load_selected(data, classes, per_class, test_per_class, validation_per_class)
    start = frozen.settings if frozen else _recipe(recipe or network, dataset)
    settings = replace(start, **{name: value for name, value in given.items() if value is not None})
    untrained = _network(network, dataset)
    console = Console()
    if not as_json:
        print_facts(console, _header(network, untrained, dataset, settings))
        console.print()
    run = trained(
        lambda: train(
            untrained,
            dataset,
            settings=settings,
            threads=threads,
            runs=runs or default_runs_folder(),
            checkpoint_seconds=checkpoint_seconds,
            progress=not quiet,
        )
    )
    expected = frozen.expected_digest(run, dataset.digest) if frozen else None
    if as_json:
        print_json(results(run) | ({"expected_digest": expected} if frozen else {}))
    else:
        print_result(console, run)
        if frozen:
            console.print(_judgement(frozen, run, expected))


def _numbers(option: str, text: str) -> list[int]:
    try:
        return [int(number) for number in text.split(",") if number]
    except ValueError:
        raise ValueError(f"{option} must be whole numbers with commas between, but is {text!r}") from None


def _judgement(frozen: FrozenRecipe, run: Run, expected: str | None) -> Text:
    """Say whether the run has the recipe's bits."""
    if expected is None:
        return Text(f"No digest is known of {frozen.name} with these settings, data and numerics.")
    if expected == run.digest:
        return Text(f"The same bits as {frozen.name} is known for with seed {run.settings.seed}.")
    text = Text(f"Other bits: {frozen.name} is known for the digest {expected} with seed {run.settings.seed}.")
    text.stylize("bold red", 0, len("Other bits"))
    return text


def _recipe(name: str, data: Dataset) -> TrainingSettings:
    return recipe(name, data) if name in NAMED_NETWORKS else TrainingSettings()


def _network(name_or_text: str, data: Dataset) -> Network:
    if "|" in name_or_text:
        return Network.parse(name_or_text)
    return network(name_or_text, data.input_shape, len(data.classes))


def _header(name: str, untrained: Network, data: Dataset, settings: TrainingSettings) -> dict[str, object]:
    defaults = TrainingSettings().as_dict()
    always = ("epochs", "batch_size", "learning_rate", "seed")
    shown = {key: value for key, value in settings.as_dict().items() if key in always or value != defaults.get(key)}
    return {
        "network": untrained if str(untrained) == name else f"{name}: {untrained}",
        "data": repr(data).strip("<>").removeprefix("Dataset "),
        "settings": ", ".join(
            f"{key} {value:g}" if isinstance(value, float) else f"{key} {value}" for key, value in shown.items()
        ),
    }


def results(run: Run) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    return {"run": str(run.folder), "outcome": run.outcome, **run.results()}


def print_result(console: Console, run: Run) -> None:
    """Print confusion and figures of a finished run."""
    if run.evaluation is None:
        return
    print_confusion(console, run.evaluation)
    console.print()
    print_facts(
        console,
        {
            "test": run.evaluation,
            "time": f"{run.seconds:.1f} s, training at {run.images_per_second:,.0f} images/s",
            "digest": run.digest,
            "run": run.folder,
        },
    )
