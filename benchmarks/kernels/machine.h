// What a measurement was made on, and with.
#pragma once

#include <string>

/// Lines of a list: date, processor, load, versions.
std::string circumstances();
