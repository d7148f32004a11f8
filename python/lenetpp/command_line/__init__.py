"""The command ``lenetpp``: one module for each of its words."""

import gc
import io
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from lenetpp._core import version
from lenetpp.basics import cpp_library
from lenetpp.basics.extras import MissingPackage
from lenetpp.basics.language import (
    LANGUAGES,
    choose_language,
    chosen_language,
    language_of_surroundings,
    recalled,
    said_by,
    say,
    translated,
)
from lenetpp.basics.terminal import echo
from lenetpp.basics.wordings import shell_wording, worded
from lenetpp.command_line import (
    data,
    delete,
    diff,
    doctor,
    draw,
    evaluate,
    export,
    filters,
    label,
    networks,
    page,
    predict,
    replay,
    resume,
    runs,
    show,
    study,
    train,
)
from lenetpp.command_line.given_paths import with_given_paths
from lenetpp.command_line.short_help import ShortHelpCommand
from lenetpp.command_line.suggesting import SuggestingCommand

HELP = say("Train and understand small convolutional networks on a CPU.")

app = typer.Typer(
    name="lenetpp",
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lenetpp {version()}")
        raise typer.Exit


def _path_option(name: str, find: Callable[[], Path], help_text: str) -> Any:
    """Return the option that prints where something of the package is, and does nothing else."""

    def print_it(wanted: bool) -> None:
        if wanted:
            typer.echo(find())
            raise typer.Exit

    return typer.Option(name, is_eager=True, callback=print_it, help=help_text)


@app.callback()
def _options(
    _language: Annotated[
        str,
        typer.Option(
            "--lang",
            metavar="|".join(LANGUAGES),
            help="Language of summaries, pages and reports; by default that of the locale. It may stand anywhere.",
            show_default=False,
        ),
    ] = "en",
    _version: Annotated[
        bool, typer.Option("--version", "-V", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
    _cmake: Annotated[
        bool,
        _path_option(
            "--cmake-dir", cpp_library.cmake_folder, "Print where CMake finds the C++ library: -Dlenetpp_DIR=..."
        ),
    ] = False,
    _pkg_config: Annotated[
        bool,
        _path_option(
            "--pkg-config-dir", cpp_library.pkg_config_folder, "Print where pkg-config finds it: PKG_CONFIG_PATH=..."
        ),
    ] = False,
    _include: Annotated[
        bool, _path_option("--include-dir", cpp_library.include_folder, "Print where its headers are.")
    ] = False,
    _c_library: Annotated[
        bool,
        _path_option(
            "--c-library",
            cpp_library.c_library,
            "Print the shared library of the C interface, for ctypes, Rust and others.",
        ),
    ] = False,
) -> None:
    pass


for _name, _about, _command in (
    ("train", train.HELP, train.train_command),
    ("evaluate", evaluate.HELP, evaluate.evaluate_command),
    ("predict", predict.HELP, predict.predict_command),
    ("study", study.HELP, study.study_command),
    ("runs", runs.HELP, runs.runs_command),
    ("show", show.HELP, show.show_command),
    ("networks", networks.HELP, networks.networks_command),
    ("filters", filters.HELP, filters.filters_command),
    ("draw", draw.HELP, draw.draw_command),
    ("page", page.HELP, page.page_command),
    ("diff", diff.HELP, diff.diff_command),
    ("label", label.HELP, label.label_command),
    ("delete", delete.HELP, delete.delete_command),
    ("replay", replay.HELP, replay.replay_command),
    ("resume", resume.HELP, resume.resume_command),
    ("export", export.HELP, export.export_command),
    ("doctor", doctor.HELP, doctor.doctor_command),
):
    _class = ShortHelpCommand if _name == "train" else SuggestingCommand
    app.command(name=_name, cls=_class, help=_about)(with_given_paths(_command))
app.add_typer(data.app, name="data")


def _take_language(words: list[str]) -> list[str]:
    """Choose the language that the words of a command ask for, else that of the locale; return the other words.

    It counts wherever it stands, and before anything is said: the help is in that language, too.
    """
    language, others, rest = language_of_surroundings(), [], iter(words)
    for word in rest:
        if word == "--":
            others += [word, *rest]
        elif word == "--lang":
            language = next(rest, "")
        elif word.startswith("--lang="):
            language = word.removeprefix("--lang=")
        else:
            others.append(word)
    try:
        choose_language(language)
    except ValueError as error:
        raise worded(error, in_shell=f"--lang: {error}") from None
    return others


def summaries() -> dict[str, str]:
    """Return what the list of commands says of each."""
    helps = {command.name: command.help for command in app.registered_commands}
    helps |= {group.name: group.typer_instance.info.help for group in app.registered_groups if group.typer_instance}
    return {str(name): " ".join(str(text).strip().split("\n\n")[0].split()) for name, text in helps.items()}


def _translate_help() -> None:
    """Put what the list of commands says into the chosen language."""
    if chosen_language() == "en":
        return
    said = summaries()
    app.info.help = translated(HELP)
    for command in app.registered_commands:
        command.short_help = str(translated(say(said[str(command.name)])))
    for group in app.registered_groups:
        group.short_help = str(translated(say(said[str(group.name)])))


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Show what a warning says, without the line of code that made it."""
    echo(say("warning: {message}", message=recalled(str(message))), err=True)


def main() -> None:
    """Run the command; what a user can put right is one line on the error stream and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Characters that a terminal does not have become question marks instead of an error.
            stream.reconfigure(errors="replace")
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            words = _take_language(sys.argv[1:])
            _translate_help()
            app(words, prog_name="lenetpp")
    except (ValueError, ArithmeticError, OSError, RuntimeError, MissingPackage) as error:
        echo(say("error: {message}", message=recalled(shell_wording(error) or said_by(error))), err=True)
        sys.exit(1)
    finally:
        # Python would look through all modules for cycles before it leaves, longer than it takes to load them.
        gc.freeze()
