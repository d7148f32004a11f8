"""Pages as a reader follows them: files are written, commands and code run, and what is printed is what the page says.

A block whose first line is a comment with nothing but a file's name is that file. Blocks of `sh` and `python` run in
their order, in one folder a page; `text` right behind one is what it prints, where `...` stands for anything. Blocks
without a language are drawings.
"""

import contextlib
import io
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib.metadata import metadata
from pathlib import Path

from markdown_it import MarkdownIt

from builds import Run

FILE_NAME = re.compile(r"(?:#|//|/\*) ([\w.-]+\.\w+)(?: \*/)?\n")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; `line` is that of its first line, counted from 1."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def file_name(self) -> str | None:
        match = FILE_NAME.match(self.text)
        return match.group(1) if match else None

    @property
    def commands(self) -> list[str]:
        """The commands of a block of `sh`, each on one line."""
        lines = self.text.replace("\\\n", "").splitlines()
        return [re.sub(r"\s+# .*", "", line).strip() for line in lines if line.strip() and not line.startswith("#")]

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}:\n{self.text}"


def blocks_of(page: Path) -> list[Block]:
    """All blocks of a page, without what only the site understands."""
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    fences = [token for token in tokens if token.type == "fence" and not token.info.startswith("{")]
    return [Block(page, token.map[0] + 2, token.info.strip(), token.content) for token in fences if token.map]


@dataclass
class Reader:
    """Follows a page in a folder, with `variables` of the environment; leaves out the commands `not_here`."""

    folder: Path
    run: Run
    variables: Mapping[str, str]
    not_here: Mapping[str, str]
    printed: str | None = None
    names: dict[str, object] = field(default_factory=lambda: {"__name__": "__main__"})

    def follow(self, block: Block) -> None:
        if block.file_name:
            (self.folder / block.file_name).write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            self.printed = "".join(self._printed_by(command) for command in block.commands)
        elif block.language == "python":
            self.printed = self._run_python(block)
        elif block.language == "text":
            assert self.printed is not None, f"nothing was run before {block}"
            assert fnmatchcase(words(self.printed), pattern(block.text)), (
                f"{block}\nbut this was printed:\n{self.printed}"
            )
        else:
            assert not block.language, f"what is done with {block.language}? {block}"

    def _printed_by(self, command: str) -> str:
        parts = [part for part in command.split(" && ") if part not in self.not_here]
        for part in parts:
            if part.startswith("pip install"):
                check_installation(part)
        rest = " && ".join(part for part in parts if not part.startswith("pip install"))
        return self.run("bash", "-c", rest, cwd=self.folder, variables=self.variables) if rest else ""

    def _run_python(self, block: Block) -> str:
        code = compile("\n" * (block.line - 1) + block.text, str(block.page), "exec")
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(code, self.names)
        return printed.getvalue()


def words(text: str) -> str:
    """The words of a text: how wide the terminal was decides nothing."""
    return " ".join(text.split())


def pattern(text: str) -> str:
    """A shell's pattern for a printed text in which `...` stands for anything."""
    literal = re.sub(r"([\[*?])", r"[\1]", words(text))
    return literal.replace("...", "*")


def check_installation(command: str) -> None:
    """What a page installs is this project, alone or with extras that it has."""
    _, _, *requirements = shlex.split(command)
    for requirement in requirements:
        match = re.fullmatch(r"(?:\.|lenetpp)(?:\[([\w,]+)\])?", requirement)
        assert match, f"{command}: {requirement} is not lenetpp"
        extras = set((match.group(1) or "").split(",")) - {""}
        assert extras <= set(metadata("lenetpp").get_all("Provides-Extra") or ()), command
