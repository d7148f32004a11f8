"""The report of a study: a page, Markdown with pictures, and tables.

``spread``, ``*_chart``          means with intervals and single seeds, drawn
``content``                      what a report says, whatever it is written in
``building``, ``*_section``      from answers to content
``page``, ``markdown``           from content to text
``tables``, ``figures_file``     the figures in full
``recipes``                      a file for each cell, by which anyone can train it again
``writing``                      all of it into a folder
"""

from lenetpp.studies.report.writing import write_report

__all__ = ["write_report"]
