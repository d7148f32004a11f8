"""The headers and the static library for programs in C++ and C, which lie beside this package's modules."""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "cpp"


def cmake_folder() -> Path:
    """Return the folder that makes ``find_package(lenetpp)`` find the library: CMake's ``lenetpp_DIR``."""
    return _existing(FOLDER / "lib" / "cmake" / "lenetpp")


def pkg_config_folder() -> Path:
    """Return the folder of ``lenetpp.pc``."""
    return _existing(FOLDER / "lib" / "pkgconfig")


def include_folder() -> Path:
    """Return the folder of the headers, ``lenetpp/lenetpp.h`` and ``lenetpp/c.h`` among them."""
    return _existing(FOLDER / "include")


def _existing(folder: Path) -> Path:
    if folder.is_dir():
        return folder
    raise FileNotFoundError(
        f"{folder} is not there: this installation has no C++ library; install lenetpp by pip, or the library from its "
        "source by cmake --install"
    )
