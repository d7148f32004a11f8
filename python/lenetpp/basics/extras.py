"""Packages of other tools, which a plain installation lacks: imported where they are needed, and missed by name."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from lenetpp.basics.language import say

PURPOSES = {
    "heif": say("HEIC, the photos of many telephones"),
    "cluster": "`lenetpp study --cluster`",
    "sklearn": "LeNetClassifier",
    "tensorboard": "`lenetpp export --tensorboard`",
    "mlflow": "`lenetpp export --mlflow`",
    "onnx": "Network.from_onnx, `lenetpp export --verify`",
    "torch": "Network.to_torch, Network.from_torch",
}
"""What each extra is for; those for developers are not among them."""

OF_EXTRA = re.compile(r"(?P<name>[\w.-]+)(?:\[(?P<others>[^]]+)\])?[^;]*;.*\bextra *== *[\"'](?P<extra>[^\"']+)[\"']")
"""A requirement as the metadata of a package have it: ``torch>=2.9; extra == "torch"``."""


class MissingPackage(ImportError):  # noqa: N818  (what it says is how to get it)
    """A package that an extra brings is not installed; the message says how to get it."""


@contextmanager
def needed_for(purpose: str, extra: str) -> Iterator[None]:
    """Let a failing import say what it was for and which extra to install.

    Examples
    --------
    >>> with needed_for("a PyTorch module", "torch"):
    ...     import torch  # doctest: +SKIP

    Raises
    ------
    MissingPackage
        If an import in the block fails.
    """
    try:
        yield
    except ImportError as error:
        raise MissingPackage(
            f'{purpose} needs a package that is not installed ({error}): pip install "lenetpp[{extra}]"'
        ) from error


def missing_packages(extra: str) -> list[str]:
    """Return the packages of an extra that are not installed."""
    from importlib.metadata import requires  # not with the package: it brings a library of e-mail along

    missing = []
    for match in map(OF_EXTRA.match, requires("lenetpp") or ()):
        if match is None or match["extra"] != extra:
            continue
        if match["name"] == "lenetpp":
            for other in match["others"].split(","):
                missing += [name for name in missing_packages(other) if name not in missing]
        elif not _is_installed(match["name"]):
            missing.append(match["name"])
    return missing


def _is_installed(package: str) -> bool:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True
