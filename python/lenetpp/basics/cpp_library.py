"""The headers and the libraries for programs in C++, C and other languages, which lie beside the extension."""

import sys
from pathlib import Path

from lenetpp import _core

FOLDER = Path(_core.__file__).parent / "cpp"


def cmake_folder() -> Path:
    """Return the folder that makes ``find_package(lenetpp)`` find the library: CMake's ``lenetpp_DIR``."""
    return _existing(FOLDER / "lib" / "cmake" / "lenetpp")


def pkg_config_folder() -> Path:
    """Return the folder of ``lenetpp.pc``."""
    return _existing(FOLDER / "lib" / "pkgconfig")


def include_folder() -> Path:
    """Return the folder of the headers, ``lenetpp/lenetpp.h`` and ``lenetpp/c.h`` among them."""
    return _existing(FOLDER / "include")


def c_library() -> Path:
    """Return the shared library of ``lenetpp/c.h``, which any language can load that calls C."""
    names = {"win32": "lenetpp_c.dll", "darwin": "liblenetpp_c.dylib"}
    return _existing(FOLDER / "lib" / names.get(sys.platform, "liblenetpp_c.so"))


def _existing(path: Path) -> Path:
    if path.exists():
        return path
    raise FileNotFoundError(
        f"{path} is not there: this installation has no C++ library; install lenetpp by pip, or the library from its "
        "source by cmake --install"
    )
