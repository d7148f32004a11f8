"""A program of somebody else's, that of tests/find_package, finds the package, trains, saves and loads."""

from pathlib import Path

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, cmake_layout


class LenetppTestConan(ConanFile):
    """What ``conan create`` tries the package with."""

    settings = "os", "arch", "compiler", "build_type"
    generators = "CMakeDeps", "CMakeToolchain"

    def requirements(self) -> None:
        """Use the package that was just made."""
        self.requires(self.tested_reference_str)

    def layout(self) -> None:
        """Build in a folder of its own."""
        cmake_layout(self)

    def build(self) -> None:
        """Compile the project that knows nothing but find_package."""
        cmake = CMake(self)
        cmake.configure(build_script_folder="../../../tests/find_package")
        cmake.build()

    def test(self) -> None:
        """Run it where it can run."""
        if can_run(self):
            program = Path(self.build_folder, self.cpp.build.bindir, "train_and_load")
            self.run(f'"{program}"', env="conanrun", cwd=self.build_folder)
