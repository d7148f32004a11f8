"""Writes a page for each command of `lenetpp` from the command's own help."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from typer.main import get_command

from lenetpp.command_line import app as lenetpp_app


def commands(command: Any, context: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield each command below `command` that does something, by its full name, with its context."""
    for name, each in command.commands.items():
        own = each.context_class(each, info_name=name, parent=context)
        if hasattr(each, "commands"):
            yield from commands(each, own)
        else:
            yield own.command_path, each, own


def parameters(command: Any, context: Any) -> dict[str, list[tuple[str, str]]]:
    """Return what a command takes, by the panel that its help shows it in: words and their meaning."""
    panels: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record:
            usual = f"{parameter.param_type_name.capitalize()}s"
            panels.setdefault(parameter.rich_help_panel or usual, []).append(record)
    return {panel: records for panel, records in panels.items() if records}


def page(name: str, command: Any, context: Any) -> str:
    """Return the page of a command."""
    usage = context.get_usage().removeprefix("Usage: ")
    parts = [f"# {name}", command.help.strip(), f"```text\n{usage}\n```"]
    for panel, records in parameters(command, context).items():
        parts.append(f"## {panel}")
        parts += [f"`{words}`\n: {meaning}" for words, meaning in records]
    return "\n\n".join(parts) + "\n"


def write_pages(app: Sphinx, config: Config) -> None:  # noqa: ARG001  (Sphinx's arguments)
    """Write the pages, and the list of them."""
    folder = Path(app.srcdir) / "reference" / "command-line"
    folder.mkdir(parents=True, exist_ok=True)
    root: Any = get_command(lenetpp_app)
    context = root.context_class(root, info_name="lenetpp", help_option_names=["-h", "--help"])
    files, lines = [], []
    for name, command, own in commands(root, context):
        files.append(name.removeprefix("lenetpp ").replace(" ", "-"))
        (folder / f"{files[-1]}.md").write_text(page(name, command, own), encoding="utf-8")
        lines.append(f"| [`{name}`]({files[-1]}.md) | {command.get_short_help_str(limit=200)} |")
    words = "\n\n".join(f"`{words}`\n: {meaning}" for words, meaning in parameters(root, context)["Options"])
    table = "\n".join(["| command | what it does |", "|---|---|", *lines])
    hidden = "```{toctree}\n:hidden:\n\n" + "\n".join(files) + "\n```"
    index = "\n\n".join(["# Command line", root.help, table, "## Options", words, hidden])
    (folder / "index.md").write_text(index + "\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages before Sphinx looks for pages."""
    app.connect("config-inited", write_pages)
    return {"parallel_read_safe": True}
