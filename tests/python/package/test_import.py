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
    for module, names in {"sklearn": {"LeNetClassifier"}, "scipy": {"study", "StudyResult"}}.items():
        needs.module(module)
        assert names <= set(lp.__all__)
        assert not names & set(said_without(module, "from lenetpp import *; print(*dir())").split())


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


def test_a_plain_installation_says_what_a_study_needs() -> None:
    program = "import lenetpp as lp\ntry: lp.study\nexcept ImportError as error: print(type(error).__name__, error)"
    said = said_without("scipy", program)
    assert said.startswith("MissingPackage a study needs a package that is not installed (")
    assert "scipy" in said
    assert said.endswith('pip install "lenetpp[study]"')


def test_the_command_of_a_plain_installation_says_what_a_study_needs() -> None:
    said = said_without("scipy", "from lenetpp.command_line import main; sys.argv[1:] = ['study', 'blog']; main()")
    assert said.startswith("error: a study needs a package that is not installed (")
    assert said.endswith('pip install "lenetpp[study]"')
    assert "\n" not in said
