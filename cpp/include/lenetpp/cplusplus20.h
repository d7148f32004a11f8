// Says first, and in one line, what an older C++ would otherwise say in a hundred. Included by every header that needs
// C++20 and none that does; a program in older C++ can include c.h, the interface for C.
#pragma once

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 202002L
#error "lenetpp needs C++20: compile with -std=c++20 (Visual C++: /std:c++20), or include <lenetpp/c.h>"
#endif
