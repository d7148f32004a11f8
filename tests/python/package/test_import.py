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
    "xlsxwriter",
)


def test_import_loads_no_heavy_package() -> None:
    program = f"import sys, lenetpp; print([name for name in {HEAVY} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_every_public_name_exists_and_is_documented() -> None:
    for name in lp.__all__:
        assert getattr(lp, name).__doc__, name
