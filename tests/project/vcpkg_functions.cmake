# What packaging/vcpkg/portfile.cmake calls, since vcpkg itself is in no package registry: each does as much as the port
# relies on, and refuses arguments that the function of that name does not have. Runs the port, then prints nothing.
#   cmake -DPORT_FOLDER= -DBUILT_LIBRARY= -DCURRENT_PACKAGES_DIR= -P vcpkg_functions.cmake
cmake_minimum_required(VERSION 3.21)
set(PORT lenetpp)
set(CURRENT_PORT_DIR ${PORT_FOLDER})

macro(read_arguments)
  cmake_parse_arguments(argument "" "SOURCE_PATH;CONFIG_PATH" "OPTIONS;FILE_LIST" ${ARGN})
  if(DEFINED argument_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "no such argument: ${argument_UNPARSED_ARGUMENTS}")
  endif()
endmacro()

function(must_exist path)
  if(NOT EXISTS ${path})
    message(FATAL_ERROR "${path} does not exist")
  endif()
endfunction()

# BUILT_LIBRARY is the folder where a test has compiled that source already.
function(vcpkg_cmake_configure)
  read_arguments(${ARGN})
  must_exist(${argument_SOURCE_PATH}/CMakeLists.txt)
  load_cache(${BUILT_LIBRARY} READ_WITH_PREFIX built_ CMAKE_HOME_DIRECTORY)
  if(NOT built_CMAKE_HOME_DIRECTORY STREQUAL argument_SOURCE_PATH)
    message(FATAL_ERROR "the port's source is ${argument_SOURCE_PATH}")
  endif()
endfunction()

function(vcpkg_cmake_install)
  foreach(prefix ${CURRENT_PACKAGES_DIR} ${CURRENT_PACKAGES_DIR}/debug)
    execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILT_LIBRARY} --prefix ${prefix} --component library
                    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endfunction()

# CMake's descriptions move to share; that of the debug library is merged into that of the other one.
function(vcpkg_cmake_config_fixup)
  read_arguments(${ARGN})
  must_exist(${CURRENT_PACKAGES_DIR}/${argument_CONFIG_PATH}/${PORT}Config.cmake)
  file(MAKE_DIRECTORY ${CURRENT_PACKAGES_DIR}/share)
  file(RENAME ${CURRENT_PACKAGES_DIR}/${argument_CONFIG_PATH} ${CURRENT_PACKAGES_DIR}/share/${PORT})
  file(REMOVE_RECURSE ${CURRENT_PACKAGES_DIR}/lib/cmake ${CURRENT_PACKAGES_DIR}/debug/lib/cmake)
endfunction()

function(vcpkg_fixup_pkgconfig)
  must_exist(${CURRENT_PACKAGES_DIR}/lib/pkgconfig/${PORT}.pc)
endfunction()

function(vcpkg_copy_pdbs)
endfunction()

function(vcpkg_install_copyright)
  read_arguments(${ARGN})
  file(INSTALL ${argument_FILE_LIST} DESTINATION ${CURRENT_PACKAGES_DIR}/share/${PORT} RENAME copyright)
endfunction()

include(${PORT_FOLDER}/portfile.cmake)
