// What a shared library shows, and nothing else (CMake's BUILD_SHARED_LIBS, which defines LENETPP_SHARED).
#pragma once

#if defined(LENETPP_SHARED) && defined(__GNUC__) && !defined(_WIN32)
#define LENETPP_API __attribute__((visibility("default")))
#define LENETPP_PRIVATE __attribute__((visibility("hidden")))  // within a class that is shown
#else                                                          // on Windows CMake exports all names of the library
#define LENETPP_API
#define LENETPP_PRIVATE
#endif
