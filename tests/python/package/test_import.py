"""``import lenetpp`` loads what it needs and nothing else."""

import subprocess
import sys

import lenetpp as lp

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
