"""Write the report of a study."""

from pathlib import Path

from lenetpp.basics.files import write_file
from lenetpp.basics.language import translated
from lenetpp.studies.answers import cells_of
from lenetpp.studies.report.building import build_report
from lenetpp.studies.report.figures_file import figures_text
from lenetpp.studies.report.markdown import PICTURES, report_markdown
from lenetpp.studies.report.page import report_page
from lenetpp.studies.report.recipes import recipe_files, recipe_of
from lenetpp.studies.report.tables import report_tables
from lenetpp.studies.result import StudyResult


def write_report(result: StudyResult, folder: Path) -> None:
    """Write a study's report.

    ``report.html``; ``report.md`` with ``pictures/`` and a page for each question in ``details/``; a recipe for each
    cell in ``recipes/``; ``figures.json`` and tables with all figures.

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
    OSError
        If a file cannot be written.
    """
    recipes = recipe_files(result.answers)
    report = build_report(result, recipes)
    shown_report = translated(report)
    texts = {
        **{recipes[id(cell)]: recipe_of(answer.title, cell).file_text() for answer, cell in cells_of(result.answers)},
        **report_tables(result.answers, recipes),
        "figures.json": figures_text(report, result.answers, quick=result.plan.quick),
        **report_markdown(shown_report),
        "report.html": report_page(shown_report),
    }
    pictures = {
        f"{PICTURES}/{shown.name}{ending}": shown.picture.figure_file(ending)
        for section in shown_report.sections
        for shown in section.all_pictures
        for ending in (".png", ".svg")
    }
    # A reason why a run is missing may name a path; where the runs lie on this machine is nobody's business.
    told = {name: text.replace(str(result.runs.absolute()), result.runs.name).encode() for name, text in texts.items()}
    # What others name comes first: a text never leads to what is not there.
    for name, content in {**pictures, **told}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_file(folder / name, content)
