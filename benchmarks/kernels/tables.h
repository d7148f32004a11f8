// The three tables, measured and printed.
#pragma once

#include "options.h"
#include "peaks.h"

/// Every kernel for every layer on every instruction set. Returns whether the filter selected anything, as all do.
template <class T>
bool print_kernels(const Options& options, const Peaks& peaks);

/// The backward pass of the named networks' convolutions: at the winners of the pooling, and at every position.
template <class T>
bool print_sparse_against_dense(const Options& options);

/// Where the time of the named networks' training steps goes.
template <class T>
bool print_steps(const Options& options);
