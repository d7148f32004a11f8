# The C++ library as a port of vcpkg: `vcpkg install lenetpp --overlay-ports=packaging/vcpkg` in a clone. In vcpkg's own
# registry the next line is vcpkg_from_github(...) of a release (CONTRIBUTING.md, "Releasing").
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../.." ABSOLUTE)

# A library by the options' defaults: no Python extension, no tests, no benchmarks.
vcpkg_cmake_configure(SOURCE_PATH "${SOURCE_PATH}")
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/lenetpp)
vcpkg_fixup_pkgconfig()
vcpkg_copy_pdbs()

# The headers are the same for both configurations.
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
