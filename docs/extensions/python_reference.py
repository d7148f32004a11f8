"""Writes a page of the Python reference for each room of the package: all that `import lenetpp` offers is on one."""

import inspect
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

import lenetpp
from lenetpp.pictures.picture import Picture

TITLES = {
    "data": "Data",
    "networks": "Networks and layers",
    "settings": "Settings of a training",
    "training": "Training, resuming, replaying",
    "records": "Recorded runs",
    "pictures": "Pictures",
    "filters": "Filters",
    "health": "Health",
    "studies": "Studies",
}
"""Of the rooms, in the order of their pages; a room that is not named here has its own name."""
OUTSIDE = {"NAMED_NETWORKS": "networks", "ParseError": "networks", "ModelFileError": "networks"}
"""What no room's module defines."""
FURTHER = {"pictures": Picture}
"""What is returned, but not offered by a name of its own."""


def room_of(name: str) -> str:
    """Return the room that a name of the package belongs to."""
    if name in OUTSIDE:
        return OUTSIDE[name]
    return str(getattr(lenetpp, name).__module__).split(".")[1]


def kind_of(value: object) -> str:
    """Return autodoc's word for an object."""
    if inspect.isclass(value):
        return "exception" if issubclass(value, BaseException) else "class"
    return "function" if callable(value) else "data"


def named_networks() -> str:
    """Return the documentation of the networks that have names."""
    texts = [f"   - ``{name}``: ``{lenetpp.network(name)}``" for name in lenetpp.NAMED_NETWORKS]
    words = "   The networks that have a name, as :func:`network` makes them without further arguments:"
    return "\n".join([".. py:data:: NAMED_NETWORKS", "", words, "", *texts, ""])


def page(room: str, names: list[str]) -> str:
    """Return the page of a room: a list of what is on it, then everything in full."""
    kinds = {name: kind_of(getattr(lenetpp, name)) for name in names}
    in_order = sorted((name for name in names if kinds[name] != "data"), key=lambda name: kinds[name] == "exception")
    parts = ["```{eval-rst}", ".. currentmodule:: lenetpp", "", ".. autosummary::", ""]
    parts += [f"   {name}" for name in in_order] + [""]
    for name in in_order:
        parts += [f".. auto{kinds[name]}:: {name}", ""]
    if "NAMED_NETWORKS" in names:
        parts.append(named_networks())
    if further := FURTHER.get(room):
        parts += [f".. autoclass:: {further.__module__}.{further.__name__}", ""]
    return "\n".join([f"# {TITLES.get(room, room)}", "", *parts, "```", ""])


def index(rooms: dict[str, list[str]]) -> str:
    """Return the first page: every name with one line, by the pages that have them in full."""
    parts = [
        "# Python API",
        "`import lenetpp as lp` offers these names; what begins with `_` or lies deeper may change.",
        "```{toctree}\n:hidden:\n\n" + "\n".join(rooms) + "\n```",
    ]
    for room, names in rooms.items():
        lines = [".. currentmodule:: lenetpp", "", ".. autosummary::", "   :nosignatures:", ""]
        lines += [f"   {name}" for name in sorted(names) if kind_of(getattr(lenetpp, name)) != "data"]
        if "NAMED_NETWORKS" in names:
            lines += ["", ":py:data:`NAMED_NETWORKS`: the networks that have a name, and their texts."]
        parts += [f"## [{TITLES.get(room, room)}]({room}.md)", "\n".join(["```{eval-rst}", *lines, "```"])]
    return "\n\n".join(parts) + "\n"


def is_not_ours(app: Sphinx, what: str, name: str, value: object, skip: bool, options: object) -> bool:  # noqa: ARG001
    """Whether a member of a class comes from another package, whose own reference has it."""
    return skip or not str(getattr(value, "__module__", "lenetpp")).startswith("lenetpp")


def write_pages(app: Sphinx, config: Config) -> None:  # noqa: ARG001  (Sphinx's arguments)
    """Write the pages, and the list of them."""
    rooms: dict[str, list[str]] = {room: [] for room in TITLES}
    for name in lenetpp.__all__:
        rooms.setdefault(room_of(name), []).append(name)
        if inspect.isclass(value := getattr(lenetpp, name)) or inspect.isfunction(value):
            # It is documented where its users find it, and what refers to it by that name finds it there.
            value.__module__ = "lenetpp"
    folder = Path(app.srcdir) / "reference" / "python"
    folder.mkdir(parents=True, exist_ok=True)
    filled = {room: names for room, names in rooms.items() if names}
    for room, names in filled.items():
        (folder / f"{room}.md").write_text(page(room, names), encoding="utf-8")
    (folder / "index.md").write_text(index(filled), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages before Sphinx looks for pages."""
    app.connect("config-inited", write_pages)
    app.connect("autodoc-skip-member", is_not_ours)
    return {"parallel_read_safe": True}
