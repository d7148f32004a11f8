# Warnings and floating-point flags of every target, in one place.
#
# A switch that forgets an enumerator is always an error: where a function is chosen by an activation or a loss, the
# compiler says which one lacks it.

# The floating-point flags decide bits. GCC fuses a * b + c by itself, even across intrinsics, unless it is told not
# to; the kernels say muladd where they mean a fused operation. Never fast-math. No errno after mathematical functions
# changes no value: it only lets the compiler use the machine's square root.
if(MSVC)
  set(_lenetpp_float_flags /fp:precise)
  set(_lenetpp_warnings /W4 /we4062 /utf-8)
  set(_lenetpp_warnings_as_errors /WX)
else()
  set(_lenetpp_float_flags -ffp-contract=off -fno-math-errno)
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
