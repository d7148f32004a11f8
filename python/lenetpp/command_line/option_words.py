"""What a command says of an error: the words of the library, with the command's options instead of its arguments."""

import re
from collections.abc import Mapping

from lenetpp.basics.wordings import shell_wording

OTHER_NAMES = {"per_class": "train_per_class", "weights": "origin", "tag": "tags", "top": "k", "pad": "fit"}
"""Arguments of the library that a command's parameter is called otherwise than."""


def in_options(error: BaseException, options: Mapping[str, str]) -> str:
    """Return the message of an error with options for the arguments that it names.

    Parameters
    ----------
    error : BaseException
        Its own wording for the shell, where it has one, is taken as it is.
    options : mapping of str
        Of the command that runs, by the names of its parameters.
    """
    own = shell_wording(error)
    return _translated(str(error), options) if own is None else own


def _translated(text: str, options: Mapping[str, str]) -> str:
    """Replace names of arguments: where a message begins with one, and words that are nothing else, with a "_"."""
    by_argument = {OTHER_NAMES.get(name, name): option for name, option in options.items() if option.startswith("--")}
    if not by_argument:
        return text
    names = "|".join(sorted(map(re.escape, by_argument), key=len, reverse=True))
    text = re.sub(rf"^({names})(?==| must | asks | has )", lambda found: by_argument[found[1]], text)
    joined = "|".join(re.escape(name) for name in sorted(by_argument, key=len, reverse=True) if "_" in name)
    if joined:
        text = re.sub(rf"(?<![\w/.'\"-])({joined})(?![\w/.'\"-])", lambda found: by_argument[found[1]], text)
    return re.sub(r"(--[\w-]+)=(?=\w)", r"\1 ", text)
