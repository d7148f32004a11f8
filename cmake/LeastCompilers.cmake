# The oldest compilers that know enough of C++20: an older one is named here, not by an error in some source.
set(_lenetpp_least_GNU 11)
set(_lenetpp_least_Clang 14)
set(_lenetpp_least_AppleClang 15)

set(_lenetpp_least "${_lenetpp_least_${CMAKE_CXX_COMPILER_ID}}")
if(_lenetpp_least AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS _lenetpp_least)
  message(FATAL_ERROR "lenetpp needs GCC ${_lenetpp_least_GNU}, Clang ${_lenetpp_least_Clang} or Apple clang "
                      "${_lenetpp_least_AppleClang}, or later, but this is ${CMAKE_CXX_COMPILER_ID} "
                      "${CMAKE_CXX_COMPILER_VERSION}: name another one by -DCMAKE_CXX_COMPILER=...")
endif()
