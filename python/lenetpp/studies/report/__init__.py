"""The report of a study: a page, Markdown with pictures, and tables.

``spread``, ``*_chart``  means with intervals and single seeds, drawn
``content``              what a report says, whatever it is written in
``*_sections``           from answers to content
``page``, ``markdown``   from content to text
``tables``               the figures in full, as CSV
"""
