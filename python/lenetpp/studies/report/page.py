"""The report as a page: one file that opens from the disk, loads nothing, and looks like the page of a run."""

import re

from lenetpp.pictures.heatmap_picture import HeatmapPicture
from lenetpp.pictures.html import environment
from lenetpp.studies.report.content import Report
from lenetpp.studies.report.markdown import about


def report_page(report: Report) -> str:
    """Return the whole page."""
    templates = environment()
    templates.globals.update(with_code=_with_code, about=about)
    templates.tests["heatmap"] = lambda picture: isinstance(picture, HeatmapPicture)
    page: str = templates.get_template("study.html.jinja").render(report=report)
    return page


def _with_code(text: str) -> object:
    """Return a text as markup; what stands between grave accents is code, as in Markdown."""
    from markupsafe import Markup, escape

    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))
