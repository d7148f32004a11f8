# Sources compiled once per instruction set: the kernels, and what measures the machine's peak. Each set becomes an
# object library of its own, in a namespace of its own, so that no function compiled for one machine can be the copy that
# the linker keeps for all (tests/project checks the objects' symbols). Which one runs is chosen once, at run time.

include(CheckCXXSourceCompiles)

# The compiler is asked rather than CMAKE_SYSTEM_PROCESSOR, which names the wrong machine under -m32, in a universal
# build on macOS and in some cross builds.
check_cxx_source_compiles("#if !defined(__x86_64__) && !defined(_M_X64)\n#error\n#endif\nint main() {}" LENETPP_X86_64)
check_cxx_source_compiles("#if !defined(__aarch64__) && !defined(_M_ARM64)\n#error\n#endif\nint main() {}"
                          LENETPP_AARCH64)

set(_lenetpp_kernel_sources
    cpp/src/kernels/activations.cpp
    cpp/src/kernels/convolution.cpp
    cpp/src/kernels/dense.cpp
    cpp/src/kernels/filter_lanes.cpp
    cpp/src/kernels/interleaved_pooling.cpp
    cpp/src/kernels/interleaving.cpp
    cpp/src/kernels/kernel_table.cpp
    cpp/src/kernels/losses.cpp
    cpp/src/kernels/max_pooling.cpp
    cpp/src/kernels/pixels.cpp
    cpp/src/kernels/updates.cpp
    cpp/src/kernels/visits.cpp
    cpp/src/kernels/window_gradients.cpp)

# lenetpp_add_instruction_set(<target> <name> <sources> [flags...]): compiles `sources` against kernels/simd/<name>.h
# with `flags`, adds the objects to <target> and tells its other sources so by LENETPP_HAVE_<NAME>.
function(lenetpp_add_instruction_set target name sources)
  set(objects ${target}_${name})
  add_library(${objects} OBJECT ${sources})
  lenetpp_set_compiler_flags(${objects})
  target_compile_options(${objects} PRIVATE ${ARGN})
  target_compile_definitions(${objects} PRIVATE LENETPP_SIMD_HEADER="kernels/simd/${name}.h"
                                                LENETPP_SIMD_NAMESPACE=${name})
  target_include_directories(${objects} PRIVATE ${PROJECT_SOURCE_DIR}/cpp/include ${PROJECT_SOURCE_DIR}/cpp/src)
  set_target_properties(${objects} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${objects}>)
  string(TOUPPER ${name} upper_name)
  target_compile_definitions(${target} PRIVATE LENETPP_HAVE_${upper_name}=1)
endfunction()

# lenetpp_add_instruction_sets(<target> <sources>...): for every instruction set of the machines compiled for.
function(lenetpp_add_instruction_sets target)
  lenetpp_add_instruction_set(${target} scalar "${ARGN}" $<$<NOT:$<CXX_COMPILER_ID:MSVC>>:-O2> -DLENETPP_ROLLED_LOOPS)
  if(LENETPP_X86_64)
    if(MSVC)
      lenetpp_add_instruction_set(${target} avx2 "${ARGN}" /arch:AVX2)
      lenetpp_add_instruction_set(${target} avx512 "${ARGN}" /arch:AVX512)
    else()
      lenetpp_add_instruction_set(${target} avx2 "${ARGN}" -mavx2 -mfma)
      lenetpp_add_instruction_set(${target} avx512 "${ARGN}" -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma
                                  -mprefer-vector-width=512)
    endif()
  elseif(LENETPP_AARCH64)
    lenetpp_add_instruction_set(${target} neon "${ARGN}")
  endif()
endfunction()
