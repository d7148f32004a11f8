# cmake --install: headers, library and the packages that find_package(lenetpp) and pkg-config find.

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

# Folders as seen from that of lenetpp.pc; those that are chosen absolute stay so.
set(_lenetpp_pc_folder ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(_lenetpp_pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
  file(RELATIVE_PATH _lenetpp_pc_up /${_lenetpp_pc_folder} /)
  string(REGEX REPLACE "/$" "" _lenetpp_pc_prefix "\${pcfiledir}/${_lenetpp_pc_up}")
endif()
foreach(kind lib include)
  string(TOUPPER ${kind} upper)
  cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_${upper}DIR BASE_DIRECTORY "\${prefix}" OUTPUT_VARIABLE _lenetpp_pc_${kind}dir)
endforeach()
if(BUILD_SHARED_LIBS)
  set(_lenetpp_pc_flags " -DLENETPP_SHARED")
  set(_lenetpp_pc_libraries)
else()
  set(_lenetpp_pc_flags)
  # What a program in C does not link by itself.
  set(_lenetpp_pc_libraries ${CMAKE_CXX_IMPLICIT_LINK_LIBRARIES})
  list(FILTER _lenetpp_pc_libraries INCLUDE REGEX "^(stdc\\+\\+|c\\+\\+|m)$")
  list(REMOVE_DUPLICATES _lenetpp_pc_libraries)
  list(TRANSFORM _lenetpp_pc_libraries PREPEND " -l")
  string(JOIN "" _lenetpp_pc_libraries ${_lenetpp_pc_libraries} " ${CMAKE_THREAD_LIBS_INIT}")
  string(STRIP "${_lenetpp_pc_libraries}" _lenetpp_pc_libraries)
  string(PREPEND _lenetpp_pc_libraries " ")
endif()
configure_file(cmake/lenetpp.pc.in ${PROJECT_BINARY_DIR}/lenetpp.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/lenetpp.pc DESTINATION ${_lenetpp_pc_folder} COMPONENT library)
