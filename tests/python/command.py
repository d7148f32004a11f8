"""The command ``lenetpp`` as tests run it."""

import json
import sys
from typing import Any, Literal

import pytest

from lenetpp.command_line import main


class Command:
    """Runs the command in this process."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._capture = capture

    def __call__(
        self, *arguments: object, code: int = 0, stream: Literal["output", "errors", "both"] = "output"
    ) -> str:
        self._patch.setattr(sys, "argv", ["lenetpp", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        output, errors = self._capture.readouterr()
        assert (left.value.code or 0) == code, errors
        return {"output": output, "errors": errors, "both": output + errors}[stream]

    def json(self, *arguments: object) -> Any:
        return json.loads(self(*arguments, "--json"))
