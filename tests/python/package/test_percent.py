"""A share in per cent is written in one way, and in one place."""

import re
from pathlib import Path

import pytest

import lenetpp
from lenetpp.basics.percent import percent, percent_number, short_percent

PACKAGE = Path(lenetpp.__file__).parent
BY_HAND = re.compile(r"\.\d%\}|%%|\} ?%\"|\b100(?:\.0)? \* |\* 100\b")
"""A format or a product that makes a per cent."""


def test_shares_are_written_as_in_print() -> None:
    assert percent(0.8715) == "87.15 %"
    assert percent(1, 0) == "100 %"
    shown = {0: "0 %", 0.5: "50 %", 0.98765: "98.8 %", 1e-6: "0.0001 %", 1: "100 %"}
    assert {share: short_percent(share) for share in shown} == shown
    assert percent_number(-1e-9) == "0.00"


@pytest.mark.parametrize("ending", ["py", "jinja"])
def test_no_other_place_makes_a_per_cent(ending: str) -> None:
    files = [file for file in PACKAGE.rglob(f"*.{ending}") if file.name != "percent.py"]
    assert files
    assert {file.name: found for file in files if (found := BY_HAND.findall(file.read_text()))} == {}
