"""The site: `sphinx-build --fail-on-warning docs build/site` makes it. It needs `lenetpp[docs]` and Doxygen."""

import sys
from pathlib import Path

from nbclient import NotebookClient

import lenetpp

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

project = "lenetpp"
author = "lenetpp contributors"
copyright = "lenetpp contributors"  # noqa: A001  (Sphinx's name)
version = release = lenetpp.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "breathe",
    "python_reference",
    "command_line_reference",
    "cpp_reference",
    "repository_pages",
    "sections",
    "learning_page",
]
exclude_patterns = ["extensions", "**.ipynb_checkpoints"]

# Pages are the Markdown that GitHub shows too; what only this site understands stays in its index and its reference.
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# Notebooks are stored without outputs, so that none is out of date, and executed here, once after each change.
nb_execution_mode = "cache"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
# Seconds for a cell, and until a kernel answers: a machine may do something else at the same time.
nb_execution_timeout = 600
NotebookClient.class_traits()["startup_timeout"].default_value = 600

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings name types in words, and a signature fits a screen
autodoc_default_options = {"members": True, "inherited-members": "BaseException, tuple"}
autosummary_generate = False
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
default_role = "code"
toc_object_entries_show_parents = "hide"
add_module_names = False

suppress_warnings = [
    "duplicate_declaration.cpp",  # the one namespace, which each header opens
    "myst.xref_missing",  # reports have anchors in HTML, which MyST does not see: a test follows every link instead
]

html_theme = "furo"
html_title = f"lenetpp {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_search_scorer = str(Path(__file__).parent / "extensions" / "scorer.js")
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": False}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
