"""Write the report of a study."""

from pathlib import Path

from lenetpp.basics.files import write_file
from lenetpp.studies.report.building import build_report
from lenetpp.studies.report.markdown import PICTURES, report_markdown
from lenetpp.studies.report.page import report_page
from lenetpp.studies.report.tables import report_tables
from lenetpp.studies.result import StudyResult


def write_report(result: StudyResult, folder: Path) -> None:
    """Write a study's report: ``report.html``, ``report.md`` with ``pictures/``, and the tables.

    Everything is made before anything is written, and every file is written whole or not at all: where it fails, an
    earlier report stays as it is, or is left with some files of the new one, never with a half of one.

    Parameters
    ----------
    result : StudyResult
        What the study found.
    folder : Path
        Where to write; it is made where it does not exist. Files of other names are left alone.

    Raises
    ------
    MissingPackage
        If a package of the extra ``study`` is not installed.
    OSError
        If a file cannot be written.
    """
    report = build_report(result)
    texts = {
        **report_tables(result.answers),
        "report.md": report_markdown(report),
        "report.html": report_page(report),
    }
    pictures = {
        f"{shown.name}{ending}": shown.picture.figure_file(ending)
        for section in report.sections
        for shown in section.pictures
        for ending in (".png", ".svg")
    }
    (folder / PICTURES).mkdir(parents=True, exist_ok=True)
    # The pictures come first: a text never names one that is not there.
    for name, content in pictures.items():
        write_file(folder / PICTURES / name, content)
    for name, text in texts.items():
        # A reason why a run is missing may name a path; where the runs lie on this machine is nobody's business.
        write_file(folder / name, text.replace(str(result.runs.absolute()), result.runs.name).encode())
