// The machine's peak: how many operations a second one core does where nothing but multiply-adds stands in the way.
#pragma once

#include <map>
#include <string>

#include "options.h"

/// Operations a second, two a multiply-add, by instruction set; of all that this machine can run.
using Peaks = std::map<std::string, double>;

template <class T>
Peaks measure_peaks(const Options& options);
