# Warnings and floating-point flags of every target, in one place.
#
# A switch that forgets an enumerator is always an error: where a function is chosen by an activation or a loss, the
# compiler says which one lacks it.

# The floating-point flags decide bits. Compilers fuse a * b + c by themselves, GCC even across intrinsics, unless they
# are told not to; the kernels say muladd where they mean a fused operation. Never fast-math, nor a part of it: the flags
# of a target come behind those of the folders and variables around it, so they undo what a parent project sets (and
# cpp/src/strict_arithmetic.h refuses what they cannot). No errno after mathematical functions changes no value: it only
# lets the compiler use the machine's square root.
if(MSVC)
  set(_lenetpp_float_flags /fp:precise)
  set(_lenetpp_warnings /W4 /we4062 /utf-8)
  set(_lenetpp_warnings_as_errors /WX)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang") # clang-cl
    list(APPEND _lenetpp_float_flags /clang:-ffp-contract=off)
  elseif(MSVC_VERSION LESS 1930)
    message(FATAL_ERROR "lenetpp: this compiler (MSVC_VERSION ${MSVC_VERSION}) fuses a * b + c under /fp:precise, which "
                        "changes results; use Visual Studio 2022 (MSVC_VERSION 1930) or later, or clang-cl")
  endif()
else()
  # -fno-fast-math alone leaves alone what was set by its own name.
  set(_lenetpp_float_flags
      -fno-fast-math
      -fno-unsafe-math-optimizations
      -fno-associative-math
      -fno-reciprocal-math
      -fno-finite-math-only
      -fsigned-zeros
      -ffp-contract=off
      -fno-math-errno)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND _lenetpp_float_flags -fno-single-precision-constant)
  endif()
  set(_lenetpp_warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror=switch)
  set(_lenetpp_warnings_as_errors -Werror)
endif()

function(lenetpp_set_compiler_flags target)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE ${_lenetpp_float_flags} ${_lenetpp_warnings})
  if(LENETPP_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE ${_lenetpp_warnings_as_errors})
  endif()
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
endfunction()
