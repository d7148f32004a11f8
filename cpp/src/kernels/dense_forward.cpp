// Forward passes of dense layers, as small matrix products over the whole batch: lanes over the inputs of the weights
// [U][I], which lie row by row, and one sum across the lanes of each output.
//
//              unit 0 .. 5         a tile: 4 samples x 6 units of 16 sums each in registers; for each 16 inputs:
//   sample 0   [16 sums] ..          load 4 vectors of inputs
//   ..                               for each unit: load its weights, 4 fused multiply-adds
//   sample 3   [16 sums] ..
#include "activation_functions.h"
#include "kernel_tables.h"
#include "tiles.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
using Inputs = Lanes<T, lanes>;

/// Samples and units of one register tile.
template <class T>
constexpr int samples_of_tile = side_of_tile<Inputs<T>>;
template <class T>
constexpr int units_of_tile = samples_of_tile<T> == 4 ? 6 : samples_of_tile<T>;

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
  constexpr std::ptrdiff_t sums_of_a_sample = std::ptrdiff_t{units_of_tile<T>} * lanes;
  const T* inputs = a.inputs + static_cast<std::ptrdiff_t>(b) * a.input_stride;
  const T* weights = a.weights + u * a.weight_stride;
  L sums[Samples * Units];
  LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
    LENETPP_UNROLL for (int n = 0; n < Units; ++n) {
      sums[s * Units + n] = part.first > 0 ? L::load(part.sums + s * sums_of_a_sample + n * lanes) : L::splat(T(0));
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
      LENETPP_UNROLL for (int s = 0; s < Samples; ++s) sums[s * Units + n] = muladd(x[s], weight, sums[s * Units + n]);
    }
  }
  if (part.last < a.inputs_padded) {
    LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
      LENETPP_UNROLL for (int n = 0; n < Units; ++n) sums[s * Units + n].store(part.sums + s * sums_of_a_sample +
                                                                               n * lanes);
    }
    return;
  }
  T totals[Samples * Units + room_behind_sums];
  store_sums<Samples * Units>(sums, totals);
  T* outputs = a.outputs + static_cast<std::ptrdiff_t>(b) * a.output_stride + u;
  LENETPP_UNROLL for (int s = 0; s < Samples; ++s) {
    LENETPP_UNROLL for (int n = 0; n < Units; ++n) {
      const T total = totals[s * Units + n];
      outputs[s * a.output_stride + n] = a.bias ? total + a.bias[u + n] : total;
    }
  }
}

/// Samples whose inputs stay in the second cache while all units go over them, a multiple of a tile's.
template <class T>
std::size_t samples_of_a_block(int inputs) {
  constexpr std::size_t fitting = 98304, side = samples_of_tile<T>;
  const std::size_t samples = fitting / static_cast<std::size_t>(inputs) / side * side;
  return samples < side ? side : samples;
}

/// Many inputs of several samples, part by part: the weights of a part stay in the first cache while the samples go
/// over them, and so do the sums in between.
template <class T>
void forward_in_parts(const DenseForward<T>& a, int parts) {
  constexpr int most_samples = 64;
  constexpr std::ptrdiff_t sums_of_a_sample = std::ptrdiff_t{units_of_tile<T>} * lanes;
  alignas(64) T sums[most_samples * sums_of_a_sample];
  const int vectors = a.inputs_padded / lanes;
  for (std::size_t first = 0; first < a.batch; first += most_samples) {
    const auto samples = static_cast<int>(a.batch - first < most_samples ? a.batch - first : most_samples);
    for_each_tile<units_of_tile<T>>(a.last_unit - a.first_unit, [&]<int Units>(int u) {
      for (int part = 0; part < parts; ++part) {
        const int begin = vectors * part / parts * lanes, end = vectors * (part + 1) / parts * lanes;
        for_each_tile<samples_of_tile<T>>(samples, [&]<int Samples>(int b) {
          forward_tile<T, Samples, Units>(a, first + static_cast<std::size_t>(b), a.first_unit + u,
                                          {begin, end, sums + b * sums_of_a_sample});
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
    for_each_tile<units_of_tile<T>>(a.last_unit - a.first_unit, [&]<int Units>(int u) {
      for_each_tile<samples_of_tile<T>>(static_cast<int>(last - first), [&]<int Samples>(int b) {
        forward_tile<T, Samples, Units>(a, first + static_cast<std::size_t>(b), a.first_unit + u,
                                        {0, a.inputs_padded, nullptr});
      });
    });
  }
}

template <class T>
void dense_forward(const DenseForward<T>& a) {
  using L = Inputs<T>;
  constexpr int inputs_of_a_part = 4096 / static_cast<int>(sizeof(T));
  const int parts = (a.inputs_padded + inputs_of_a_part - 1) / inputs_of_a_part;
  if (a.batch > samples_of_tile<T> && parts > 1) {
    forward_in_parts(a, parts);
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

}  // namespace

template <class T>
void add_dense_forward(Kernels<T>& table) {
  table.dense_forward = dense_forward<T>;
}
template void add_dense_forward(Kernels<float>&);
template void add_dense_forward(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
