"""Read a study's file: all mistakes are listed at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lenetpp.basics.file_reading import read_text
from lenetpp.basics.file_schemas import parse_toml
from lenetpp.basics.suggestions import did_you_mean
from lenetpp.studies.errors import StudyError
from lenetpp.studies.file_mistakes import all_mistakes
from lenetpp.studies.file_problems import listed
from lenetpp.studies.limits import MOST_STUDY_BYTES
from lenetpp.studies.short_forms import laid_over
from lenetpp.studies.study_file import StudyFile, shipped_studies, study_path


def read_study(source: str | Path, *, quick: bool = False) -> StudyFile:
    """Read a file, or the study of the package that has this name.

    Parameters
    ----------
    source : str or Path
        Path of a TOML file, or a name such as ``blog``.
    quick : bool
        Lay the file's table ``[quick]`` over the rest.

    Raises
    ------
    StudyError
        If there is no such file, or it does not say what it should; the message names the key.
    """
    path = study_path(source)
    try:
        text = read_text(path, MOST_STUDY_BYTES, StudyError, follow_links=True)
    except OSError as error:
        names = shipped_studies()
        hint = did_you_mean(path.name, (*names, *(file.name for file in path.parent.glob("*.toml"))))
        raise StudyError(
            f"{str(source)!r} is neither a study of lenetpp ({', '.join(names)}) nor a file that can be read"
            f"{hint}: {error}"
        ) from error
    try:
        content = parse_toml(text)
    except ValueError as error:
        raise StudyError(f"{path}: not a TOML file: {error}") from error
    changes = content.pop("quick", {})
    if not isinstance(changes, dict) or (quick and not changes):
        raise StudyError(f"{path}: quick: there is no such table, so that there is no quick form of this study")
    # Both forms are checked: what is wrong with the one that is not asked for shall not wait until it is.
    whole, short = (_checked(path, form) for form in (content, laid_over(content, changes)))
    return short if quick else whole


def _checked(path: Path, content: Mapping[str, Any]) -> StudyFile:
    try:
        return StudyFile.model_validate(content)
    except ValidationError as error:
        raise StudyError(f"{path}: {listed(all_mistakes(content, error))}") from error
