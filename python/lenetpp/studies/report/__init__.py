"""The report of a study: a page, Markdown with pictures, and tables.

``spread``, ``*_chart``          means with intervals and single seeds, drawn
``content``                      what a report says, whatever it is written in
``building``, ``*_section``      from answers to content
``page``, ``markdown``           from content to text
``tables``                       the figures in full
``writing``                      all of it into a folder
"""

from lenetpp.studies.report.writing import write_report

__all__ = ["write_report"]
