"""Every module has its place: in a room of the package, above what it uses. Imports within functions count too."""

import copy
import graphlib
from pathlib import Path

import grimp
import pytest

import lenetpp

MOST_ROOMS = 12
AT_THE_ROOT = {"__init__.py", "__main__.py", "_core.pyi", "py.typed"}
LEVELS = (
    {"command_line"},
    {"studies"},
    {"training", "exporters"},
    {"pictures"},  # below training: a run shows itself
    {"health", "filters"},
    {"records"},
    {"networks"},
    {"data", "settings"},
    {"basics"},
)
"""Each may import those below it, and nothing beside it or above it."""


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    graph = grimp.build_graph("lenetpp", cache_dir=None)
    # The package imports its public names from everywhere; within it nobody may ask it for more than the core.
    for module in graph.find_modules_that_directly_import("lenetpp"):
        for found in graph.get_import_details(importer=module, imported="lenetpp"):
            assert "_core" in found["line_contents"], found
    for module in graph.find_modules_directly_imported_by("lenetpp"):
        graph.remove_import(importer="lenetpp", imported=module)
    return graph


def test_the_root_holds_a_dozen_rooms_and_nothing_else() -> None:
    root = Path(lenetpp.__file__).parent
    sources = {path for path in root.iterdir() if path.suffix != ".so" and path.name != "__pycache__"}
    assert {path.name for path in sources if not path.is_dir()} == AT_THE_ROOT
    rooms = {path.name for path in sources if path.is_dir()} - {"cpp"}  # headers and library for programs in C++
    assert len(rooms) <= MOST_ROOMS
    assert rooms == set().union(*LEVELS)


def check_for_circles(imports: grimp.ImportGraph) -> None:
    """Raise CycleError with the first circle."""
    graph = {module: imports.find_modules_directly_imported_by(module) for module in imports.modules}
    graphlib.TopologicalSorter(graph).prepare()


def upward_imports(imports: grimp.ImportGraph) -> list[str]:
    levels = [{f"lenetpp.{room}" for room in level} for level in LEVELS]
    found = imports.find_illegal_dependencies_for_layers(levels)
    return sorted(f"{each.importer} imports {each.imported}" for each in found)


def test_no_module_imports_itself_by_way_of_others(imports: grimp.ImportGraph) -> None:
    check_for_circles(imports)


def test_rooms_import_only_rooms_below_them(imports: grimp.ImportGraph) -> None:
    assert not upward_imports(imports)


@pytest.mark.parametrize(
    ("importer", "imported"), [("basics.arrays", "records.locks"), ("settings.checks", "data.limits")]
)
def test_an_import_of_a_room_above_or_beside_is_found(imports: grimp.ImportGraph, importer: str, imported: str) -> None:
    changed = copy.deepcopy(imports)
    changed.add_import(importer=f"lenetpp.{importer}", imported=f"lenetpp.{imported}")
    assert upward_imports(changed)


def test_a_circle_is_found(imports: grimp.ImportGraph) -> None:
    changed = copy.deepcopy(imports)
    changed.add_import(importer="lenetpp.data.errors", imported="lenetpp.data.load")
    with pytest.raises(graphlib.CycleError):
        check_for_circles(changed)
