// Backward passes of dense layers, as small matrix products over the whole batch: lanes over the inputs of the weights
// [U][I], which lie row by row, and no sum across lanes.
#include "kernel_tables.h"
#include "parameter_step.h"
#include "tiles.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
using Inputs = Lanes<T, lanes>;

/// Samples, units or vectors of one register tile: the two sides of each.
template <class T>
constexpr int tile_side = side_of_tile<Inputs<T>>;

template <class T, int Samples, int Vectors>
LENETPP_INLINE void input_gradient_tile(const DenseInputGradient<T>& a, std::size_t b, int i) {
  using L = Inputs<T>;
  const T* deltas = a.deltas + static_cast<std::ptrdiff_t>(b) * a.delta_stride;
  T* gradients = a.input_gradients + static_cast<std::ptrdiff_t>(b) * a.input_stride + i;
  L sums[Samples][Vectors];
  LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[s][v] = L::load(gradients + s * a.input_stride + v * lanes);
  }
  for (int u = 0; u < a.units; ++u) {
    const T* weights = a.weights + u * a.weight_stride + i;
    L weight[Vectors];
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
      weight[v] = L::load(weights + v * lanes);
      weight[v].keep();
    }
    LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
      const L delta = L::splat(deltas[s * a.delta_stride + u]);
      LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[s][v] = muladd(delta, weight[v], sums[s][v]);
    }
  }
  LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[s][v].store(gradients + s * a.input_stride + v * lanes);
  }
}

template <class T>
void dense_input_gradient(const DenseInputGradient<T>& a) {
  constexpr int side = tile_side<T>;
  for_each_tile<side>((a.last_input - a.first_input) / lanes, [&]<int Vectors>(int v) {
    for_each_tile<side>(static_cast<int>(a.batch), [&]<int Samples>(int b) {
      input_gradient_tile<T, Samples, Vectors>(a, static_cast<std::size_t>(b), a.first_input + v * lanes);
    });
  });
}

/// What becomes of a gradient: it is kept, or the weight makes its step.
template <class T>
struct KeepGradient {
  T* gradients;
  LENETPP_INLINE void operator()(const Inputs<T>& gradient, std::ptrdiff_t place) const {
    gradient.store(gradients + place);
  }
};

template <class T, int Units, int Vectors, class Use>
LENETPP_INLINE void weight_gradient_tile(const DenseWeightGradient<T>& a, const Use& use, int u, int i) {
  using L = Inputs<T>;
  L sums[Units][Vectors];
  LENETPP_UNROLL for (int n = 0; n < Units; ++n) {
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[n][v] = L::splat(T(0));
  }
  for (std::size_t b = 0; b < a.batch; ++b) {
    const T* inputs = a.inputs + static_cast<std::ptrdiff_t>(b) * a.input_stride + i;
    const T* deltas = a.deltas + static_cast<std::ptrdiff_t>(b) * a.delta_stride + u;
    L x[Vectors];
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
      x[v] = L::load(inputs + v * lanes);
      x[v].keep();
    }
    LENETPP_UNROLL for (int n = 0; n < Units; ++n) {
      const L delta = L::splat(deltas[n]);
      LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[n][v] = muladd(delta, x[v], sums[n][v]);
    }
  }
  load_only_now(use);
  LENETPP_UNROLL for (int n = 0; n < Units; ++n) {
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) use(sums[n][v], (u + n) * a.weight_stride + i + v * lanes);
  }
}

/// Inputs of the whole batch that stay in the first cache while all units go over them: as many as fit, in rows of
/// weights that are long enough to be fetched ahead.
inline int inputs_of_a_block(std::size_t batch) {
  constexpr std::size_t fitting = 8192, least = 64, most = 256;
  const std::size_t inputs = fitting / batch / least * least;
  return static_cast<int>(inputs < least ? least : inputs > most ? most : inputs);
}

template <class T, class Use>
void weight_gradients(const DenseWeightGradient<T>& a, const Use& use) {
  const int size = inputs_of_a_block(a.batch);
  for (int block = 0; block < a.inputs_padded; block += size) {
    const int end = a.inputs_padded - block < size ? a.inputs_padded : block + size;
    for_each_tile<tile_side<T>>(a.last_unit - a.first_unit, [&]<int Units>(int u) {
      for_each_tile<tile_side<T>>((end - block) / lanes, [&]<int Vectors>(int v) {
        weight_gradient_tile<T, Units, Vectors>(a, use, a.first_unit + u, block + v * lanes);
      });
    });
  }
}

template <class T>
void dense_weight_gradient(const DenseWeightGradient<T>& a) {
  if (a.step) {
    with_step_rule(*a.step, [&](const auto& rule) { weight_gradients(a, ParameterStep(*a.step, rule)); });
  } else {
    weight_gradients(a, KeepGradient<T>{a.weight_gradients});
  }
  if (!a.bias_gradients) return;
  for (int u = a.first_unit; u < a.last_unit; ++u) {
    T sum = T(0);
    for (std::size_t b = 0; b < a.batch; ++b) sum += a.deltas[static_cast<std::ptrdiff_t>(b) * a.delta_stride + u];
    a.bias_gradients[u] = sum;
  }
}

template <class T, int Samples, int Vectors, class Use>
LENETPP_INLINE void backward_and_step_tile(const DenseBackwardAndStep<T>& a, const Use& step, int i) {
  using L = Inputs<T>;
  const DenseInputGradient<T>& g = a.input_gradient;
  L sums[Samples][Vectors], x[Samples][Vectors];
  LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
      sums[s][v] = L::load(g.input_gradients + s * g.input_stride + i + v * lanes);
      x[s][v] = L::load(a.inputs + s * g.input_stride + i + v * lanes);
    }
  }
  for (int u = 0; u < g.units; ++u) {
    L delta[Samples];
    LENETPP_UNROLL for (int s = 0; s < Samples; ++s) delta[s] = L::splat(g.deltas[s * g.delta_stride + u]);
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
      const std::ptrdiff_t place = u * g.weight_stride + i + v * lanes;
      const L weight = L::load(g.weights + place);
      L gradient = L::splat(T(0));
      LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
        sums[s][v] = muladd(delta[s], weight, sums[s][v]);
        gradient = muladd(delta[s], x[s][v], gradient);
      }
      step(gradient, weight, place);
    }
  }
  LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
      sums[s][v].store(g.input_gradients + s * g.input_stride + i + v * lanes);
    }
  }
}

template <class T, int Samples, class Use>
void backward_and_step(const DenseBackwardAndStep<T>& a, const Use& step) {
  constexpr int vectors = tile_side<T> / Samples > 1 ? tile_side<T> / Samples : 1;
  const int first = a.input_gradient.first_input, last = a.input_gradient.last_input;
  for_each_tile<vectors>((last - first) / lanes, [&]<int Vectors>(int v) {
    backward_and_step_tile<T, Samples, Vectors>(a, step, first + v * lanes);
  });
}

template <class T>
void dense_backward_and_step(const DenseBackwardAndStep<T>& a) {
  with_step_rule(a.step, [&](const auto& rule) {
    const ParameterStep step(a.step, rule);
    with_number<most_samples_of_one_pass>(static_cast<int>(a.input_gradient.batch),
                                          [&]<int Samples>() { backward_and_step<T, Samples>(a, step); });
  });
}

}  // namespace

template <class T>
void add_dense_backward(Kernels<T>& table) {
  table.dense_input_gradient = dense_input_gradient<T>;
  table.dense_weight_gradient = dense_weight_gradient<T>;
  table.dense_backward_and_step = dense_backward_and_step<T>;
}
template void add_dense_backward(Kernels<float>&);
template void add_dense_backward(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
