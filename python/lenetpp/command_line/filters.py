"""``lenetpp filters``: what the filters of a run look like; with several runs, whether they found the same ones."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from lenetpp.basics.language import listed, say
from lenetpp.basics.terminal import Console, echo
from lenetpp.command_line import completion
from lenetpp.command_line.options import JsonOption, load_trained
from lenetpp.command_line.output import print_json
from lenetpp.networks.layers import Conv2D
from lenetpp.networks.network import Network
from lenetpp.pictures.filters import Filters
from lenetpp.pictures.matched_filters import FilterMatch

HELP = """Show what the filters of a convolution have learned: red is high, white zero, blue low.

With several runs, match their filters and report how similar they are, compared with equally smooth noise.

Example: `lenetpp filters last --layer 0 --out filters.xlsx`
"""


def filters_command(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN...",
            help="Model files, or runs: name, folder, start of the folder's name, `last` or `best`.",
            show_default=False,
            autocompletion=completion.run_names,
        ),
    ],
    layer: Annotated[
        int | None,
        typer.Option(metavar="N", help="Index of a convolution; by default the first.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write .png, .svg, .pdf, .html or .xlsx instead of printing.", show_default=False
        ),
    ] = None,
    scale: Annotated[
        str,
        typer.Option(metavar="common|each", help="One colour scale for all, or one for each filter (or run)."),
    ] = "common",
    as_json: JsonOption = False,
) -> None:
    """Show; see HELP."""
    networks = [load_trained(run)[0] for run in runs]
    picture: Filters | FilterMatch
    if len(runs) == 1:
        picture = Filters(networks[0], layer, scale)
    else:
        picture = FilterMatch(networks, [Path(run).name for run in runs], layer, scale)
    if out is not None:
        picture.save(out)
    if as_json:
        print_json({"runs": runs, "layer": picture.layer, **_figures(picture)} | ({"out": str(out)} if out else {}))
    elif out is not None:
        echo(say("written: {path}", path=out))
    else:
        console = Console()
        console.print(picture)
        _print_legend(console, picture)
        _print_other_layers(console, networks[0], picture.layer)


def _figures(picture: Filters | FilterMatch) -> dict[str, Any]:
    if isinstance(picture, FilterMatch):
        return {
            "likeness": picture.likeness,
            "random_likeness": asdict(picture.random_likeness),
            "matchings": [
                {"order": matching.order.tolist(), "correlations": matching.correlations.tolist()}
                for matching in picture.matchings
            ],
        }
    return {"filters": [description.as_dict() for description in picture.descriptions]}


def _print_legend(console: Console, picture: Filters | FilterMatch) -> None:
    if isinstance(picture, Filters) and any(each.gabor is not None for each in picture.descriptions):
        console.print()
        legend = say(
            "In parentheses: how well the pattern fits, from 0 (no better than noise) to 1. Gabor: the stripes that "
            "fit best, by direction, waves per cell, and R², the share of the filter that they explain."
        )
        console.print(legend, style="dim")


def _print_other_layers(console: Console, network: Network, layer: int) -> None:
    others = [number for number, kind in enumerate(network.layers) if isinstance(kind, Conv2D) and number != layer]
    if others:
        options = listed(f"--layer {number}" for number in others)
        console.print()
        console.print(say("More filters: {options}", options=options), style="dim")
