"""Lets Doxygen read the public headers, and writes a page of the C++ reference for each."""

import re
import shutil
import subprocess
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

HEADERS = Path(__file__).parents[2] / "cpp" / "include"
SETTINGS = """
INPUT = {headers}
FILE_PATTERNS = *.h
RECURSIVE = YES
STRIP_FROM_PATH = {headers}
OUTPUT_DIRECTORY = {folder}
GENERATE_HTML = NO
GENERATE_LATEX = NO
GENERATE_XML = YES
XML_PROGRAMLISTING = NO
SHOW_INCLUDE_FILES = NO
EXTRACT_ALL = YES
MACRO_EXPANSION = YES
PREDEFINED = LENETPP_API= LENETPP_PRIVATE=
EXPAND_ONLY_PREDEF = YES
MAX_INITIALIZER_LINES = 0
WARN_AS_ERROR = FAIL_ON_WARNINGS
QUIET = YES
"""
PUBLIC = (
    "innernamespace briefdescription detaileddescription enum typedef innerclass func var "
    "public-type public-static-func public-func public-attrib"
)


def introduction(header: Path) -> str:
    """Return what the comment at a header's top says, in C or C++."""
    text = header.read_text(encoding="utf-8")
    match = re.match(r"(?P<cpp>(?://.*\n)+)|/\*(?P<c>.*?)\*/", text, re.DOTALL if text.startswith("/*") else 0)
    comment = "" if match is None else match["cpp"] or match["c"]
    return "\n".join(re.sub(r"^ ?(?://| \*|\*)?", "", line).strip() for line in comment.splitlines())


def summary(header: Path) -> str:
    """Return the first sentence of a header's comment or, where it has none, of what it declares first."""
    said = (
        introduction(header) or (re.findall(r"^/// (.*)", header.read_text(encoding="utf-8"), re.MULTILINE) or [""])[0]
    )
    return re.split(r"(?<=\.)\s", " ".join(said.split()))[0]


def page(header: Path) -> str:
    """Return the page of a header."""
    name = header.relative_to(HEADERS).as_posix()
    # Breathe knows files by their names without folders.
    directive = "```{doxygenfile} " + f"{header.name}\n:project: lenetpp\n:sections: {PUBLIC}\n" + "```"
    return f"# {name}\n\n{introduction(header)}\n\n{directive}\n"


def read_headers(app: Sphinx, config: Config) -> None:
    """Let Doxygen read the headers, write the pages and the list of them."""
    if shutil.which("doxygen") is None:
        raise ConfigError("the C++ reference needs Doxygen (Debian: apt-get install doxygen)")
    folder = Path(app.doctreedir) / "doxygen"
    folder.mkdir(parents=True, exist_ok=True)
    settings = SETTINGS.format(headers=HEADERS, folder=folder)
    subprocess.run(["doxygen", "-"], input=settings, text=True, check=True)
    config.breathe_projects = {"lenetpp": str(folder / "xml")}
    pages = Path(app.srcdir) / "reference" / "cpp"
    pages.mkdir(parents=True, exist_ok=True)
    headers = sorted(HEADERS.rglob("*.h"))
    for header in headers:
        (pages / f"{header.stem}.md").write_text(page(header), encoding="utf-8")
    (pages / "index.md").write_text(
        "# C++ and C\n\nOne page for each public header; `#include <lenetpp/lenetpp.h>` brings all of C++, "
        + "`#include <lenetpp/c.h>` is the interface for C.\n\n"
        + "| header | what it has |\n|---|---|\n"
        + "\n".join(f"| [`{header.name}`]({header.stem}.md) | {summary(header)} |" for header in headers)
        + "\n\n```{toctree}\n:hidden:\n\n"
        + "\n".join(header.stem for header in headers)
        + "\n```\n",
        encoding="utf-8",
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages before Sphinx looks for pages."""
    app.connect("config-inited", read_headers)
    return {"parallel_read_safe": True}
