// Dense layers as small matrix products over the whole batch. Weights [U][I] lie row by row in all three kernels:
// forward has lanes over the inputs and one sum across them, backward has lanes over the inputs and none.
#include "activation_functions.h"
#include "kernel_tables.h"
#include "parameter_step.h"
#include "tiles.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
using Inputs = Lanes<T, lanes>;

// Samples x units (or units x vectors) of one register tile: 4 x 4 on 32 registers, 2 x 2 where lanes take two.
// Forward, which keeps nothing else in registers, has tiles of 4 samples x 6 units.
template <class T>
constexpr int tile_side = (vector_registers - 4) / Inputs<T>::registers >= 20  ? 4
                          : (vector_registers - 4) / Inputs<T>::registers >= 6 ? 2
                                                                               : 1;

template <class T>
constexpr int forward_units_of_tile = tile_side<T> == 4 ? 6 : tile_side<T>;

/// The inputs of a part of the sums, and where the sums of a tile lie between two parts: [samples][units of a
/// tile][16].
template <class T>
struct ForwardPart {
  int first, last;
  T* sums;
};

template <class T, int Samples, int Units>
LENETPP_INLINE void forward_tile(const DenseForward<T>& a, std::size_t b, int u, const ForwardPart<T>& part) {
  using L = Inputs<T>;
  constexpr std::ptrdiff_t sums_of_a_sample = std::ptrdiff_t{forward_units_of_tile<T>} * lanes;
  const T* inputs = a.inputs + static_cast<std::ptrdiff_t>(b) * a.input_stride;
  const T* weights = a.weights + u * a.weight_stride;
  L sums[Samples][Units];
  LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
    LENETPP_UNROLL for (int n = 0; n < Units; ++n) {
      sums[s][n] = part.first > 0 ? L::load(part.sums + s * sums_of_a_sample + n * lanes) : L::splat(T(0));
    }
  }
  for (int i = part.first; i < part.last; i += lanes) {
    L x[Samples];
    LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
      x[s] = L::load(inputs + s * a.input_stride + i);
      x[s].keep();
    }
    LENETPP_UNROLL for (int n = 0; n < Units; ++n) {
      L weight = L::load(weights + n * a.weight_stride + i);
      weight.keep();
      LENETPP_UNROLL for (int s = 0; s < Samples; ++s) sums[s][n] = muladd(x[s], weight, sums[s][n]);
    }
  }
  if (part.last < a.inputs_padded) {
    LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
      LENETPP_UNROLL for (int n = 0; n < Units; ++n) sums[s][n].store(part.sums + s * sums_of_a_sample + n * lanes);
    }
    return;
  }
  T* outputs = a.outputs + static_cast<std::ptrdiff_t>(b) * a.output_stride + u;
  LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
    LENETPP_UNROLL for (int n = 0; n < Units; ++n) {
      outputs[s * a.output_stride + n] = a.bias ? sum(sums[s][n]) + a.bias[u + n] : sum(sums[s][n]);
    }
  }
}

/// Samples whose inputs stay in the second cache while all units go over them, a multiple of a tile's.
template <class T>
std::size_t samples_of_a_block(int inputs) {
  constexpr std::size_t fitting = 98304, side = tile_side<T>;
  const std::size_t samples = fitting / static_cast<std::size_t>(inputs) / side * side;
  return samples < side ? side : samples;
}

/// Many inputs of several samples, part by part: the weights of a part stay in the first cache while the samples go
/// over them, and so do the sums in between.
template <class T>
void forward_in_parts(const DenseForward<T>& a, int inputs_of_a_part) {
  constexpr std::size_t most_samples = 32;
  constexpr std::ptrdiff_t sums_of_a_sample = std::ptrdiff_t{forward_units_of_tile<T>} * lanes;
  alignas(64) T sums[most_samples * sums_of_a_sample];
  for (std::size_t first = 0; first < a.batch; first += most_samples) {
    const auto samples = static_cast<int>(a.batch - first < most_samples ? a.batch - first : most_samples);
    for_each_tile<forward_units_of_tile<T>>(a.last_unit - a.first_unit, [&]<int Units>(int u) {
      for (int input = 0; input < a.inputs_padded; input += inputs_of_a_part) {
        const int end = a.inputs_padded - input < inputs_of_a_part ? a.inputs_padded : input + inputs_of_a_part;
        for_each_tile<tile_side<T>>(samples, [&]<int Samples>(int b) {
          forward_tile<T, Samples, Units>(a, first + static_cast<std::size_t>(b), a.first_unit + u,
                                          {input, end, sums + b * sums_of_a_sample});
        });
      }
    });
  }
}

template <class T>
void forward_at_once(const DenseForward<T>& a) {
  const std::size_t size = samples_of_a_block<T>(a.inputs_padded);
  for (std::size_t first = 0; first < a.batch; first += size) {
    const std::size_t last = a.batch - first < size ? a.batch : first + size;
    for_each_tile<forward_units_of_tile<T>>(a.last_unit - a.first_unit, [&]<int Units>(int u) {
      for_each_tile<tile_side<T>>(static_cast<int>(last - first), [&]<int Samples>(int b) {
        forward_tile<T, Samples, Units>(a, first + static_cast<std::size_t>(b), a.first_unit + u,
                                        {0, a.inputs_padded, nullptr});
      });
    });
  }
}

template <class T>
void dense_forward(const DenseForward<T>& a) {
  using L = Inputs<T>;
  constexpr int inputs_of_a_part = 2048 / static_cast<int>(sizeof(T));
  if (a.batch > tile_side<T> && a.inputs_padded > 2 * inputs_of_a_part) {
    forward_in_parts(a, inputs_of_a_part);
  } else {
    forward_at_once(a);
  }
  if (a.activation.kind == ActivationKind::identity) return;
  with_activation<T>(a.activation, [&](auto function) {
    for (std::size_t b = 0; b < a.batch; ++b) {
      T* row = a.outputs + static_cast<std::ptrdiff_t>(b) * a.output_stride;
      for (int i = a.first_unit; i < a.last_unit; i += lanes) {
        const int count = a.last_unit - i < lanes ? a.last_unit - i : lanes;
        function(L::load_first(row + i, count)).store_first(row + i, count);
      }
    }
  });
}

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
void add_dense(Kernels<T>& table) {
  table.dense_forward = dense_forward<T>;
  table.dense_input_gradient = dense_input_gradient<T>;
  table.dense_weight_gradient = dense_weight_gradient<T>;
  table.dense_backward_and_step = dense_backward_and_step<T>;
}
template void add_dense(Kernels<float>&);
template void add_dense(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
