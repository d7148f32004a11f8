"""docs/exporting.md: its commands, programs and examples are run as they stand there, in their order."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

import lenetpp as lp
import needs

from ..command import Command

BLOCK = re.compile(r"^(<!-- needs PyTorch -->\n)?```(sh|c|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_example_runs(
    project_root: Path,
    lenetpp: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    needs.program("cc")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LENETPP_RUNS", str(tmp_path / "runs"))
    blocks = BLOCK.findall((project_root / "docs" / "exporting.md").read_text(encoding="utf-8"))
    assert [language for _, language, _ in blocks] == ["sh", "c", "sh", "python", "python", "python"]
    printed = ""
    for needs_pytorch, language, text in blocks:
        match language:
            case "sh":
                for line in text.splitlines():
                    command, *words = shlex.split(line)
                    if command == "lenetpp":
                        lenetpp(*words)
                    else:
                        subprocess.run([command, *words], check=True)
            case "c":
                Path("main.c").write_text(text)
            case "python" if needs_pytorch and not _has_pytorch():
                continue
            case "python":
                exec(text, {})
                printed += capsys.readouterr().out
    data = lp.load_data()
    said = [
        subprocess.run(["./classify"], input=image.tobytes(), check=True, capture_output=True, text=False).stdout
        for image in data.test_images[:3]
    ]
    expected = [data.classes[best] for best in lp.Run.load("last").network.predict(data.test_images[:3])]
    assert [answer.decode().strip() for answer in said] == expected
    assert printed.startswith(f"True\n{expected}\n")
    if _has_pytorch():
        assert printed.endswith("True\n1x28x28 | conv 6x5x5 pad2 relu | maxpool 2 | dense 10\n")


def _has_pytorch() -> bool:
    try:
        import torch  # noqa: F401
    except ImportError:
        return False
    return True


@pytest.mark.parametrize("name", ["lenet5", "blog-lenet", "three-conv"])
def test_figures_of_memory_are_true(project_root: Path, name: str) -> None:
    from lenetpp.networks.formats.c_file import c_file

    network = lp.network(name)
    network.initialize()
    written = c_file(network.contents(), "net", "uint8")
    row = f"| {name} | {written.constant_bytes:,} bytes | {written.arena_bytes:,} bytes |"
    assert row in (project_root / "docs" / "exporting.md").read_text(encoding="utf-8")
