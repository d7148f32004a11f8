"""The C++ library as a Conan package: ``conan create packaging/conan -s compiler.cppstd=20`` in a clone."""

import re
from pathlib import Path

from conan import ConanFile
from conan.tools.build import check_min_cppstd, stdcpp_library
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, get, load, rmdir

LIBRARY = ("CMakeLists.txt", "LICENSE", "cmake/*", "cpp/*")
"""What of the clone the library is made of."""


class LenetppConan(ConanFile):
    """The library alone: Python's package comes by pip and conda."""

    name = "lenetpp"
    description = (
        "Train and understand small convolutional networks on a CPU: a SIMD C++ core with the same bits everywhere"
    )
    license = "MIT"
    topics = ("convolutional-neural-network", "lenet", "simd", "reproducibility", "education")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False]}  # noqa: RUF012 - Conan's way of declaring options
    default_options = {"shared": False, "fPIC": True}  # noqa: RUF012
    implements = ("auto_shared_fpic",)

    def set_version(self) -> None:
        """Read the clone's version; a registry, whose recipe has no clone around it, gives the version."""
        if not self.version:
            project = load(self, self._clone() / "CMakeLists.txt")
            self.version = re.search(r"project\(lenetpp VERSION (\S+)", project)[1]

    def export_sources(self) -> None:
        """Take the clone's sources, unless conandata.yml names a release's, as it does in a registry."""
        if not self.conan_data:
            for pattern in LIBRARY:
                copy(self, pattern, self._clone(), self.export_sources_folder)

    def source(self) -> None:
        """Fetch the release."""
        if self.conan_data:
            get(self, **self.conan_data["sources"][self.version], strip_root=True)

    def validate(self) -> None:
        """Refuse another language than C++20; CMakeLists.txt refuses compilers that know too little of it."""
        check_min_cppstd(self, 20)

    def layout(self) -> None:
        """Build in a folder of its own."""
        cmake_layout(self)

    def generate(self) -> None:
        """Hand settings and options to CMake."""
        CMakeToolchain(self).generate()

    def build(self) -> None:
        """Compile the library."""
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self) -> None:
        """Install it, without the descriptions for CMake and pkg-config, which Conan makes anew from package_info."""
        copy(self, "LICENSE", self.source_folder, Path(self.package_folder, "licenses"))
        CMake(self).install()
        for folder in ("cmake", "pkgconfig"):
            rmdir(self, Path(self.package_folder, "lib", folder))

    def package_info(self) -> None:
        """Say what cmake/Install.cmake says of an installed library."""
        self.cpp_info.libs = ["lenetpp"]
        self.cpp_info.set_property("cmake_file_name", "lenetpp")
        self.cpp_info.set_property("cmake_target_name", "lenetpp::lenetpp")
        self.cpp_info.set_property("cmake_config_version_compat", "SameMinorVersion")
        self.cpp_info.set_property("pkg_config_name", "lenetpp")
        if self.settings.os in ("Linux", "FreeBSD"):
            self.cpp_info.system_libs = ["m", "pthread"]
        if self.options.shared:
            self.cpp_info.defines = ["LENETPP_SHARED"]
        elif standard_library := stdcpp_library(self):
            self.cpp_info.system_libs.append(standard_library)  # a program in C does not link it by itself

    def _clone(self) -> Path:
        return Path(self.recipe_folder).parents[1]
