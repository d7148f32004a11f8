"""``lenetpp label``: names, tags and notes of runs, at any time."""

from typing import Annotated

import typer

from lenetpp.basics.language import say
from lenetpp.basics.terminal import Console, Text
from lenetpp.command_line.options import JsonOption, RunsArgument, find_run
from lenetpp.command_line.output import print_facts, print_json
from lenetpp.records.labelling import label
from lenetpp.records.labels import Label, read_label
from lenetpp.records.run_files import RecordError

HELP = """Give runs a name, tags or a note, or remove them; without options, show them.

Every command finds a run by its name, and `runs --where 'tag == "for the talk"'` by its tags. Labels change nothing
else: the run's bits, its replay and the studies that use it stay the same.

Example: `lenetpp label last --name wide --tag "for the talk" --note "the first one above 90 %"`
"""


def label_command(
    runs: RunsArgument,
    name: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help='Name of the run; "" removes it.', show_default=False),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="Add a tag; repeat for several.", show_default=False),
    ] = None,
    untag: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="Remove a tag.", show_default=False)] = None,
    note: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help='Replaces the note; "" removes it.', show_default=False),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Label; see HELP."""
    folders = list(dict.fromkeys(map(find_run, runs)))
    if name and len(folders) > 1:
        raise ValueError(f"--name is for one run, which is then found by it, but {len(folders)} are given")
    labels: dict[str, Label] = {}
    for folder in folders:
        if (name, tag, untag, note) == (None, None, None, None):
            labels[str(folder)] = found = read_label(folder)
            if found.problem:
                raise RecordError(found.problem)
        else:
            labels[str(folder)] = label(folder, name=name, tags=tag or (), without_tags=untag or (), note=note)
    if as_json:
        print_json({"runs": [{"run": run, **found.as_dict()} for run, found in labels.items()]})
        return
    console = Console()
    for run, found in labels.items():
        console.print(Text(run, style="bold"))
        said = {say("  name"): found.name, say("  tags"): ", ".join(found.tags), say("  note"): found.note}
        print_facts(
            console, {what: text for what, text in said.items() if text} or {say("  no name, tags or note"): ""}
        )
