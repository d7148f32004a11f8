# Sources compiled once per instruction set: the kernels, and what measures the machine's peak. Each set becomes an
# object library of its own, in a namespace of its own, so that no function compiled for one machine can be the copy that
# the linker keeps for all (tests/project checks the objects' symbols). Which one runs is chosen once, at run time.

include(CheckCXXSourceCompiles)

set(_lenetpp_kernel_sources
    cpp/src/kernels/activations.cpp
    cpp/src/kernels/convolution.cpp
    cpp/src/kernels/dense_backward.cpp
    cpp/src/kernels/dense_forward.cpp
    cpp/src/kernels/filter_lanes.cpp
    cpp/src/kernels/interleaved_pooling.cpp
    cpp/src/kernels/interleaving.cpp
    cpp/src/kernels/kernel_table.cpp
    cpp/src/kernels/local_response.cpp
    cpp/src/kernels/losses.cpp
    cpp/src/kernels/max_pooling.cpp
    cpp/src/kernels/pixels.cpp
    cpp/src/kernels/plane_sums.cpp
    cpp/src/kernels/plane_moments.cpp
    cpp/src/kernels/scaled_planes.cpp
    cpp/src/kernels/updates.cpp
    cpp/src/kernels/visits.cpp
    cpp/src/kernels/window_input_gradient.cpp
    cpp/src/kernels/window_weight_gradient.cpp)

if(NOT MSVC) # CMake's -O3 makes these larger, not faster.
  set_source_files_properties(cpp/src/kernels/max_pooling.cpp cpp/src/kernels/scaled_planes.cpp
                              PROPERTIES COMPILE_OPTIONS "$<$<CONFIG:Release>:-O2>")
endif()
# Where CMAKE_UNITY_BUILD is on, small files are compiled together, whose headers take longer than they do.
set_source_files_properties(
  cpp/src/kernels/convolution.cpp cpp/src/kernels/dense_backward.cpp cpp/src/kernels/dense_forward.cpp
  cpp/src/kernels/filter_lanes.cpp cpp/src/kernels/scaled_planes.cpp
  cpp/src/kernels/max_pooling.cpp cpp/src/kernels/window_input_gradient.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)

# lenetpp_instruction_set(<name> ...): an entry of cpp/src/kernels/simd/instruction_sets.cmake, which says what it means.
# One that is not for the machine compiled for is left out.
macro(lenetpp_instruction_set name)
  cmake_parse_arguments(_entry "" "HEADER;MACHINE" "FLAGS;MSVC_FLAGS;NEEDS" HEADER ${name}.h ${ARGN})
  set(LENETPP_COMPILES_FOR_${name} TRUE)
  if(_entry_MACHINE)
    # The compiler is asked rather than CMAKE_SYSTEM_PROCESSOR, which names the wrong machine under -m32, in a universal
    # build on macOS and in some cross builds.
    unset(LENETPP_COMPILES_FOR_${name})
    check_cxx_source_compiles("#if !(${_entry_MACHINE})\n#error\n#endif\nint main() {}" LENETPP_COMPILES_FOR_${name})
  endif()
  if(LENETPP_COMPILES_FOR_${name})
    list(APPEND _lenetpp_instruction_sets ${name})
    set(_lenetpp_header_of_${name} ${_entry_HEADER})
    if(MSVC)
      set(_lenetpp_flags_of_${name} ${_entry_MSVC_FLAGS})
    else()
      set(_lenetpp_flags_of_${name} ${_entry_FLAGS})
    endif()
    list(TRANSFORM _entry_NEEDS REPLACE "(.+)" " && LENETPP_PROCESSOR_HAS(\\1)")
    list(JOIN _entry_NEEDS "" _runs_here)
    set(_lenetpp_row_of_${name} "use(${name}, true${_runs_here})")
  endif()
endmacro()

set(_lenetpp_instruction_sets)
include(${PROJECT_SOURCE_DIR}/cpp/src/kernels/simd/instruction_sets.cmake)

# lenetpp_list_instruction_sets(<folder> <names>...): writes instruction_set_list.h, from which C++ takes them.
function(lenetpp_list_instruction_sets folder)
  set(rows)
  foreach(name IN LISTS ARGN)
    string(APPEND rows " \\\n  ${_lenetpp_row_of_${name}}")
  endforeach()
  file(
    CONFIGURE
    OUTPUT ${folder}/instruction_set_list.h
    CONTENT
      "// use(name, whether the processor has it) for every instruction set compiled, the best last.\n\
// Made of kernels/simd/instruction_sets.cmake.\n#pragma once\n\n\
#define LENETPP_FOR_EACH_INSTRUCTION_SET(use)@rows@\n"
    @ONLY)
endfunction()

set(_lenetpp_list_folder ${PROJECT_BINARY_DIR}/instruction_sets)
lenetpp_list_instruction_sets(${_lenetpp_list_folder} ${_lenetpp_instruction_sets})

# lenetpp_add_instruction_sets(<target> <sources>...): compiles the sources for every instruction set, against its header
# and with its flags, and adds the objects to the target, which may include instruction_set_list.h.
function(lenetpp_add_instruction_sets target)
  foreach(name IN LISTS _lenetpp_instruction_sets)
    set(objects ${target}_${name})
    add_library(${objects} OBJECT ${ARGN})
    lenetpp_set_compiler_flags(${objects})
    target_compile_options(${objects} PRIVATE ${_lenetpp_flags_of_${name}})
    target_compile_definitions(
      ${objects} PRIVATE LENETPP_SIMD_HEADER="kernels/simd/${_lenetpp_header_of_${name}}"
                         LENETPP_SIMD_NAMESPACE=${name})
    target_include_directories(${objects} PRIVATE ${PROJECT_SOURCE_DIR}/cpp/include ${PROJECT_SOURCE_DIR}/cpp/src)
    set_target_properties(${objects} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${objects}>)
  endforeach()
  target_include_directories(${target} PRIVATE ${_lenetpp_list_folder})
endfunction()
