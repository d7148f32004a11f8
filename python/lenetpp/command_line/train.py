"""``lenetpp train``: train a network on data, by its recipe or by given settings."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer

from lenetpp.basics.language import listed, recalled, say, translated
from lenetpp.basics.terminal import Console, Text, echo
from lenetpp.command_line import completion
from lenetpp.command_line.options import (
    CheckpointOption,
    ClassesOption,
    DataArgument,
    JsonOption,
    PadOption,
    PerClassOption,
    QuietOption,
    SizeOption,
    SplitSeedOption,
    TestOption,
    TestPerClassOption,
    ThreadsOption,
    ValidationOption,
    ValidationPerClassOption,
    fit_of,
    names_in,
    run_of,
)
from lenetpp.command_line.output import data_in_words, print_confusion, print_facts, print_json
from lenetpp.command_line.setting_options import takes_settings
from lenetpp.command_line.short_help import HelpAllOption
from lenetpp.command_line.training_end import print_next, trained
from lenetpp.data import Dataset, load_data
from lenetpp.data.parts import part_in_words
from lenetpp.networks.class_matching import are_its_classes
from lenetpp.networks.measurement import evaluation_in_words
from lenetpp.networks.network import Network
from lenetpp.networks.network_history import NAMED_NETWORKS
from lenetpp.records.models import recorded_model
from lenetpp.records.origins import of_model, of_run
from lenetpp.records.run_files import MODEL_NAME, default_runs_folder
from lenetpp.settings.training_settings import (
    TrainingSettings,
)
from lenetpp.settings.words import in_words
from lenetpp.training.frozen_recipes import FrozenRecipe, frozen_recipe, frozen_recipes
from lenetpp.training.run import Run
from lenetpp.training.start import find_start, find_tuning_start, network_text
from lenetpp.training.train import train

HELP = """Train a network and record the run in a folder.

Without arguments, a LeNet-5 is trained on the images in the package. Settings that you do not give come from the
network's recipe.

`--help` lists what people change most, `--help-all` everything.

`--from` fine-tunes a trained network, on the same data or others, with the general defaults or `--recipe`.

Exit codes: 0 finished; 1 an error, or diverged; 130 interrupted by Ctrl-C (`lenetpp resume last` continues).

Your own photos, in one folder per class: `lenetpp train photos --size 32`.

Example: `lenetpp train cifar10 --classes airplane,ship --per-class 4000 --network blog-lenet`
"""


@takes_settings
def train_command(
    data: DataArgument = None,
    network: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|TEXT",
            help=f"{', '.join(NAMED_NETWORKS)}, or a network's text; by default the recipe's, or else lenet5.",
            show_default=False,
            autocompletion=completion.network_names,
        ),
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help="Default settings: those of a network, by its name, or a frozen recipe, which also sets network and "
            f"data and whose result is checked: {', '.join(frozen_recipes())}; or a recipe's file, such as a study's "
            "report has.",
            show_default=False,
            autocompletion=completion.recipe_names,
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="RUN|MODEL",
            help="Fine-tune the network of a run or a model file. If the data have other classes, by name, its last "
            "layer starts anew.",
            show_default=False,
            autocompletion=completion.run_names,
        ),
    ] = None,
    classes: ClassesOption = None,
    per_class: PerClassOption = None,
    test_per_class: TestPerClassOption = None,
    validation_per_class: ValidationPerClassOption = None,
    validation: ValidationOption = None,
    test: TestOption = None,
    split_seed: SplitSeedOption = None,
    size: SizeOption = None,
    pad: PadOption = None,
    settings: Mapping[str, Any] = MappingProxyType({}),
    threads: ThreadsOption = 1,
    runs: Annotated[
        Path | None,
        typer.Option(help="Folder of the runs; by default LENETPP_RUNS, or else `runs`.", show_default=False),
    ] = None,
    name: Annotated[
        str, typer.Option(metavar="TEXT", help="Name of the run, by which other commands find it.", show_default=False)
    ] = "",
    tag: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="A tag for `runs --where`; repeat for several.", show_default=False),
    ] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Any text, kept with the run.", show_default=False)] = "",
    checkpoint_seconds: CheckpointOption = 30.0,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    _help_all: HelpAllOption = False,
) -> None:
    """Train; see HELP."""
    frozen = None if recipe is None or recipe in NAMED_NETWORKS else frozen_recipe(recipe)
    if weights is not None and (network is not None or frozen is not None):
        raise ValueError("--from already says which network: leave out --network and a frozen --recipe")
    trained_before = None if weights is None else _trained_network(weights)
    choice: dict[str, Any] = {
        "source": data,
        "classes": names_in(classes),
        "train_per_class": per_class,
        "test_per_class": test_per_class,
        "validation_per_class": validation_per_class,
        "validation": validation,
        "test": test,
        "split_seed": split_seed,
        "size": size,
        "fit": fit_of(pad),
    }
    if frozen:
        choice = {name: getattr(frozen.data, name) if value is None else value for name, value in choice.items()}
    dataset = load_data(choice.pop("source"), **choice)
    if trained_before is None:
        start, origin = find_start(dataset, network, recipe), ""
    else:
        start, origin = find_tuning_start(dataset, *trained_before, recipe, settings)
        _say_that_classes_are_others(trained_before[0], dataset)
    untrained, changed = start.network, start.changed(settings)
    console = Console()
    if not as_json:
        text = str(untrained) if weights else network_text(network, recipe)
        print_facts(console, _header(text, untrained, dataset, changed, origin))
        console.print()
    run = trained(
        lambda: train(
            untrained,
            dataset,
            settings=changed,
            threads=threads,
            runs=runs or default_runs_folder(),
            checkpoint_seconds=checkpoint_seconds,
            progress=not quiet,
            origin=origin,
            name=name,
            tags=tag or (),
            note=note,
        )
    )
    expected = frozen.expected_digest(run, dataset.digest) if frozen else None
    if as_json:
        print_json(results(run) | ({"expected_digest": expected} if frozen else {}))
    else:
        print_result(console, run)
        if frozen:
            console.print(_judgement(frozen, run, expected), soft_wrap=True)
        print_next(console, run)


def _judgement(frozen: FrozenRecipe, run: Run, expected: str | None) -> Text:
    """Say whether the run has the recipe's bits."""
    if expected is None:
        return Text(say("For these settings, data and numerics, no digest of {name} is known.", name=frozen.name))
    known = {"name": frozen.name, "seed": run.settings.seed}
    if expected == run.digest:
        return Text(say("The same bits as published for {name} with seed {seed}.", **known))
    other = say("the digest published for {name} with seed {seed} is {digest}.", digest=expected, **known)
    text = Text(say("Other bits: {sentence}", sentence=other))
    text.stylize("bold red", 0, text.plain.index(str(translated(other))) - 1)
    return text


def _trained_network(reference: str) -> tuple[Network, str]:
    """Return the network of a run or a model file, and what it is of."""
    folder = run_of(reference)
    if folder is None:
        return Network.load(reference), of_model(reference)
    return recorded_model(folder), of_run(folder)


def _say_that_classes_are_others(network: Network, data: Dataset) -> None:
    """Say on the error stream that the last layer is new, and why."""
    if not are_its_classes(network, data):
        names = network.class_names
        known = ", ".join(names) if names else say("{count} classes without names", count=network.class_count)
        there = ", ".join(data.classes)
        echo(
            say("note: the last layer is new, because the network knows {known}, but the data have {there}",
                known=known, there=there),
            err=True,
        )  # fmt: skip


def _header(text: str, network: Network, data: Dataset, settings: TrainingSettings, origin: str) -> dict[str, object]:
    shown, _ = in_words(settings.as_dict(), always=("epochs", "batch_size", "learning_rate", "seed"))
    return {
        say("network"): network if str(network) == text else f"{text}: {network}",
        **({say("weights"): say("from {origin}", origin=origin)} if origin else {}),
        say("data"): data_in_words(data),
        **({say("note"): data.note} if data.note else {}),
        say("settings"): listed(shown),
    }


def results(run: Run) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    return {"run": str(run.folder), **run.label.as_dict(), "outcome": run.outcome, **run.results()}


def print_result(console: Console, run: Run) -> None:
    """Print confusion and figures of a finished run."""
    if run.evaluation is None:
        return
    print_confusion(console, run.evaluation)
    console.print()
    kept = say("the weights of epoch {epoch} are kept", epoch=run.kept_epoch) if run.kept_epoch else ""
    time = say(
        "{seconds} s, training at {rate} images/s", seconds=f"{run.seconds:.1f}", rate=f"{run.images_per_second:,.0f}"
    )
    end = [*filter(None, (recalled(run.message), kept))]
    facts = {
        part_in_words((run.kept and run.kept.judged_by) or "test"): evaluation_in_words(run.evaluation),
        say("end"): listed(end, "{first}; {rest}") if end else "",
        say("time"): time,
        say("digest"): run.digest,
        say("run"): run.folder,
        say("model"): "" if run.folder is None else run.folder / MODEL_NAME,
        say("name"): run.label.name,
    }
    print_facts(console, {name: fact for name, fact in facts.items() if fact != ""})
