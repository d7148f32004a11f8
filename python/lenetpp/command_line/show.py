"""``lenetpp show``: everything about one run, as one reads it: settings, curves, confusion, layers, what went wrong."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table

from lenetpp.basics.files import write_file
from lenetpp.basics.language import follow, listed, say
from lenetpp.basics.percent import short_percent
from lenetpp.basics.terminal import Console, Text, echo
from lenetpp.command_line.curves import draw_curves
from lenetpp.command_line.options import JsonOption, RecordedDataOption, RunArgument, find_run, recorded_data
from lenetpp.command_line.output import print_confusion, print_facts, print_json
from lenetpp.data.parts import part_in_words
from lenetpp.health import Finding, LayerFigures, findings, layer_figures
from lenetpp.pictures.run_page import run_page
from lenetpp.records.epochs import shown_history
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.records.run_facts import run_facts

HELP = """Show a recorded run: settings, curves, confusion matrix, and what went wrong, in words.

Without RUN: the last one. A run that still goes on or did not finish is shown as far as it came. With --html everything
about it becomes one page that opens from the disk and loads nothing.

Example: `lenetpp show last --html run.html`
"""
WIDE = 120
"""Characters from which on both curves have room beside each other."""
LONGEST_LAYER = 30
"""Characters; 80 have room for it and all figures."""
SMALLEST_SHARE = 0.0001
"""What is less and not nothing is said to be less."""


def show_command(
    run: RunArgument = "last",
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page instead of printing.", show_default=False),
    ] = None,
    data: RecordedDataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show; see HELP."""
    recorded = RecordedRun.read(find_run(run))
    if html is not None:
        write_file(html, run_page(recorded, recorded_data(recorded.folder, data)).encode())
        echo(say("written: {path}", path=html))
        return
    found = findings(recorded)
    if as_json:
        print_json(
            {
                "run": str(recorded.folder),
                "label": recorded.label.as_dict(),
                "record": _plain(recorded.record),
                "history": [asdict(epoch) for epoch in recorded.history],
                "findings": [asdict(finding) for finding in found],
            }
        )
        return
    console = Console()
    print_facts(console, run_facts(recorded))
    if len(recorded.history) > 1:
        console.print()
        _print_curves(console, recorded)
    if recorded.evaluation is not None:
        judge = None if recorded.kept is None else recorded.kept.judged_by
        _print_heading(console, say("{part} images", part=part_in_words(judge or "unseen")))
        print_confusion(console, recorded.evaluation)
    if recorded.history and (layers := layer_figures(recorded)):
        _print_heading(console, say("layers"))
        _print_layers(console, layers, found)
    _print_heading(console, say("health"))
    _print_findings(console, recorded, found)


def _plain(value: Any) -> Any:
    """Return a record with its times as text, as JSON has none."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool) else str(value)


def _print_heading(console: Console, title: str) -> None:
    console.print()
    console.print(Rule(Text(title, style="bold"), align="left", style="dim"))


def _print_curves(console: Console, run: RecordedRun) -> None:
    """Print losses and accuracies, beside each other where there is room."""
    history = shown_history(run.history, run.kept, keeps_best=run.keeps_best)
    kept = run.kept.epoch if run.keeps_best and run.kept is not None else None
    beside = console.width >= WIDE
    width = (console.width - 4) // 2 if beside else console.width
    pictures = []
    for title, suffix, show in ((say("loss"), "loss", "{:.3g}".format), (say("accuracy"), "accuracy", short_percent)):
        training = [epoch.loss if suffix == "loss" else epoch.training_accuracy for epoch in history]
        curves = {part_in_words("training"): training}
        for part in ("validation", "test"):
            curve = [getattr(epoch, f"{part}_{suffix}") for epoch in history]
            if any(value is not None for value in curve):
                curves[part_in_words(part)] = curve
        lines = draw_curves(title, curves, show, width, kept=kept, ascii_only=console.options.ascii_only)
        pictures.append(Group(*lines))
    if beside:
        grid = Table.grid(padding=(0, 4, 0, 0))
        grid.add_row(*pictures)
        console.print(grid)
    else:
        console.print(Group(*pictures))


def _print_layers(console: Console, layers: list[LayerFigures], found: list[Finding]) -> None:
    """Print a line of typical figures for each layer with weights or an activation, and which of them are well."""
    columns = {
        say("gradient"): [_number(layer.gradient_per_weight) for layer in layers],
        say("at first"): [_number(layer.first_gradient_per_weight) for layer in layers],
        say("step"): [_share(layer.update_ratio) for layer in layers],
        say("lost"): [_share(layer.lost_updates) for layer in layers],
        say("dead"): [_share(layer.dead_units) for layer in layers],
        say("saturated"): [_share(layer.saturated_late) for layer in layers],
    }
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(say("layer"), max_width=LONGEST_LAYER, no_wrap=True, overflow="ellipsis")
    shown = {name: cells for name, cells in columns.items() if any(cells)}
    for name in shown:
        table.add_column(name, justify="right", no_wrap=True)
    for layer, *cells in zip(layers, *shown.values(), strict=True):
        table.add_row(Text(f"{layer.index} {layer.text}"), *map(Text, cells))
    console.print(table)
    explanation = say(
        "In the median epoch, as means over up to 16 of its steps: gradient of a typical weight (norm / square root "
        "of their number; at first: in epoch 1), norm of the step / norm of the weights, weights whose update was lost "
        "to rounding. After the last epoch: units that are the same for all unseen images, activations near the ends "
        "of their range."
    )
    console.print(Text(explanation, style="dim"))
    words: dict[str, list[str]] = {}
    for layer in layers:
        suffers = [finding.name for finding in found if layer.index in finding.layers]
        words.setdefault(listed(suffers) if suffers else say("fine"), []).append(str(layer.index))
    for word, indices in words.items():
        known = {"numbers": listed(indices), "words": word}
        console.print(
            Text(say("layers {numbers}: {words}", **known) if indices[1:] else say("layer {numbers}: {words}", **known))
        )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2g}"


def _share(value: float | None) -> str:
    if value is None:
        return ""
    return f"<{short_percent(SMALLEST_SHARE)}" if 0 < value < SMALLEST_SHARE else short_percent(value)


def _print_findings(console: Console, run: RecordedRun, found: list[Finding]) -> None:
    if not found:
        if not run.history:
            console.print(say("Nothing can be said before the first epoch is complete."))
        else:
            console.print(say("Nothing alarming in what was recorded."))
    for number, finding in enumerate(found):
        if number:
            console.print()
        console.print(Text(finding.name, style="bold red"))
        console.print(Padding(Text(follow(finding.figures, finding.meaning)), (0, 0, 0, 2)))
        console.print(Padding(Text(finding.advice, style="italic"), (0, 0, 0, 2)))
