"""``import lenetpp`` loads what it needs and nothing else."""

import pkgutil
import subprocess
import sys
from types import ModuleType

import lenetpp as lp
import needs

HEAVY = (
    "typer",
    "rich",
    "pooch",
    "PIL",
    "requests",
    "tomli_w",
    "sklearn",
    "pandas",
    "matplotlib",
    "scipy",
    "jinja2",
    "pydantic",
    "xlsxwriter",
)


def test_import_loads_no_heavy_package() -> None:
    program = f"import sys, lenetpp; print([name for name in {HEAVY} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_every_public_name_exists_and_is_documented() -> None:
    for name in lp.__all__:
        assert getattr(lp, name).__doc__, name


def test_what_extras_bring_is_listed_where_they_are_installed() -> None:
    needs.module("sklearn")
    assert "LeNetClassifier" in lp.__all__
    assert "LeNetClassifier" not in said_without("sklearn", "from lenetpp import *; print(*dir())").split()


def test_dir_lists_what_there_is_and_no_modules() -> None:
    assert set(lp.__all__) | {"__version__"} <= set(dir(lp))
    assert not [name for name in dir(lp) if isinstance(getattr(lp, name), ModuleType)]


def test_no_module_hides_a_function_or_is_hidden_by_one() -> None:
    """A module becomes a name of its package when it is imported, whoever does that: no name may be both."""
    assert not set(lp.__all__) & {found.name for found in pkgutil.iter_modules(lp.__path__)}


def said_without(module: str, program: str) -> str:
    """What a program prints where a package is not installed."""
    program = f"import sys; sys.modules['{module}'] = None\n{program}"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    return (answer.stdout + answer.stderr).strip()
