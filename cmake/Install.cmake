# cmake --install: headers, library and the package that find_package(lenetpp) finds.

include(CMakePackageConfigHelpers)
set(_lenetpp_package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/lenetpp)

install(DIRECTORY cpp/include/lenetpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)
install(TARGETS lenetpp EXPORT lenetpp COMPONENT library)
install(
  EXPORT lenetpp
  NAMESPACE lenetpp::
  FILE lenetppTargets.cmake
  DESTINATION ${_lenetpp_package_folder}
  COMPONENT library)

configure_package_config_file(cmake/lenetppConfig.cmake.in ${PROJECT_BINARY_DIR}/lenetppConfig.cmake
                              INSTALL_DESTINATION ${_lenetpp_package_folder})
# Before 1.0 a minor version may break what came before it.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/lenetppConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/lenetppConfig.cmake ${PROJECT_BINARY_DIR}/lenetppConfigVersion.cmake
        DESTINATION ${_lenetpp_package_folder} COMPONENT library)
