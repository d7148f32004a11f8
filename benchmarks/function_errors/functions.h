// The core's elementary functions as pointers, compiled for one instruction set.
#pragma once

#include <cstddef>

/// results[i] = f(arguments[i]); `count` is a multiple of 16.
template <class T>
using ArrayFunction = void (*)(const T* arguments, T* results, std::size_t count);

/// The sigmoid has slope 1, leaky_relu 0.1.
template <class T>
struct Functions {
  ArrayFunction<T> exponential;
  ArrayFunction<T> exponential_minus_one;
  ArrayFunction<T> sigmoid;
  ArrayFunction<T> tanh;
  ArrayFunction<T> scaled_tanh;
  ArrayFunction<T> leaky_relu;
};
