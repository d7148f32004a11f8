// Times that can be compared: everything is measured once a round, so that a slow moment of the machine hits all.
#pragma once

#include <functional>
#include <vector>

/// Runs every measurement once a round, each round starting with another one.
void interleave(const std::vector<std::function<void()>>& measurements, int rounds);

/// Of at least one value.
double median(std::vector<double> values);
